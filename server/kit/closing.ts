/** What is open, in order, so that it can be closed the other way round. */
import { type Clock, within } from './clock.ts'
import type { Log } from './log.ts'

/** Remembers a part, to be closed before all that were kept earlier. */
export type Keep = <Part extends { close(): unknown }>(part: Part) => Part

export type Closing = {
  keep: Keep
  /** Closes what was opened last first; a part that fails, or takes longer than its bound, holds up nobody. */
  closeAll(): Promise<void>
}

export function openClosing({ clock, log, boundMs }: { clock: Clock; log: Log; boundMs: number }): Closing {
  const kept: (() => unknown)[] = []

  return {
    keep(part) {
      kept.push(() => part.close())
      return part
    },
    async closeAll() {
      for (const close of kept.splice(0).reverse()) {
        const closed = Promise.resolve().then(close)
        await within(clock, boundMs, 'close a part', closed).catch((fault: unknown) =>
          log.warn({ event: 'close-failed', err: fault }),
        )
      }
    },
  }
}
