/** Something done again and again: never twice at once, never ended by a fault. */
import type { Cancel, Clock } from './clock.ts'

type Needs = {
  clock: Clock
  /** Asked before every pause, so that a loop can hurry while something is wrong. */
  everyMs: () => number
  run: () => Promise<void>
  onFault: (fault: unknown) => void
  random?: () => number
}

export type Loop = {
  /** Runs as soon as possible: at once, or right after the run under way. */
  kick(): void
  /** Resolves when the run under way, if any, has ended; none follows. */
  close(): Promise<void>
}

/** The first run comes after the first pause; each pause is up to a tenth shorter, so that nodes do not march in step. */
export function openLoop({ clock, everyMs, run, onFault, random = Math.random }: Needs): Loop {
  let cancel: Cancel = () => {}
  let running: Promise<void> | null = null
  let again = false
  let closed = false

  function rest(): void {
    if (!closed) cancel = clock.after(again ? 0 : everyMs() * (1 - random() / 10), start)
    again = false
  }

  function start(): void {
    cancel = () => {}
    running = run()
      .catch(onFault)
      .then(() => {
        running = null
        rest()
      })
  }

  rest()
  return {
    kick() {
      if (running !== null) again = true
      else if (!closed) {
        cancel()
        start()
      }
    },
    async close() {
      closed = true
      cancel()
      await running
    },
  }
}
