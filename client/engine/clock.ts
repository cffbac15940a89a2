/** Time and timers of the client come from here alone, so that a test can hold them still. */

export type Cancel = () => void

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): Cancel
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
