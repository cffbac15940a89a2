/** Time and timers of the client come from here alone, so that a test can hold them still. */

export type Cancel = () => void

export type Clock = {
  /** Milliseconds since 1970, as this machine believes: set forward and back at any moment. */
  now(): number
  /** Milliseconds since some moment, never set: what lasts is measured with it. */
  ticks(): number
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): Cancel
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
