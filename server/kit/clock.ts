/** Time and timers come from here alone, so that a test can hold them still. */

export type Cancel = () => void

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that never go back, for measuring. */
  ticks(): number
  /** Runs `task` once after `delayMs`; the process does not wait for it. */
  after(delayMs: number, task: () => void): Cancel
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** How often our own loop comes round, at least, before it gives somebody up. */
const turns = 10

/**
 * As `after`, for giving up on an answer: counted in so many steps, each for no more than its length, so that a loop that is
 * slow itself waits that much longer, and has read what was there to be read.
 */
export function afterTurns(clock: Clock, delayMs: number, task: () => void): Cancel {
  let left = turns
  let cancel = arm()

  function arm(): Cancel {
    return clock.after(delayMs / turns, () => {
      left -= 1
      if (left === 0) task()
      else cancel = arm()
    })
  }

  return () => cancel()
}

/** Resolves after `delayMs` of the clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}

/** Settles as `work` does, or rejects with an error that names `what` once `boundMs` have passed. */
export function within<Value>(clock: Clock, boundMs: number, what: string, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(boundMs, () => reject(new Error(`unable to ${what}; no answer in ${boundMs} ms`)))
    work.then(resolve, reject).finally(cancel)
  })
}
