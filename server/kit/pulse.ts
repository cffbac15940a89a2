/** Whether a service answers: asked once a second, known to whoever wants to know at once. */
import type { Clock } from './clock.ts'
import { openLoop } from './loop.ts'

type Needs = {
  clock: Clock
  /** Settles within a bound of its own. */
  ping: () => Promise<void>
}

/** One late answer says that the machine is busy, not that the service is away. */
const missesAllowed = 1

export type Pulse = {
  /** False until the first answer, and after two misses. */
  beats(): boolean
  close(): Promise<void>
}

export function openPulse({ clock, ping }: Needs): Pulse {
  let misses = missesAllowed + 1

  async function ask(): Promise<void> {
    misses = await ping().then(
      () => 0,
      () => misses + 1,
    )
  }

  const loop = openLoop({ clock, everyMs: () => 1_000, run: ask, onFault: () => {} })
  loop.kick()
  return { beats: () => misses <= missesAllowed, close: loop.close }
}
