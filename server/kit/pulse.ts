/** Whether a service answers: asked once a second, known to whoever wants to know at once. */
import type { Clock } from './clock.ts'
import { openLoop } from './loop.ts'

type Needs = {
  clock: Clock
  /** Settles within a bound of its own. */
  ping: () => Promise<void>
}

export type Pulse = {
  /** False until the first answer. */
  beats(): boolean
  close(): Promise<void>
}

export function openPulse({ clock, ping }: Needs): Pulse {
  let answered = false

  async function ask(): Promise<void> {
    answered = await ping().then(
      () => true,
      () => false,
    )
  }

  const loop = openLoop({ clock, everyMs: () => 1_000, run: ask, onFault: () => {} })
  loop.kick()
  return { beats: () => answered, close: loop.close }
}
