/** A clock that moves only when told, for tests of anything that waits. */
import type { Clock } from '../../server/kit/clock.ts'

type Timer = { at: number; order: number; task: () => void; isCancelled: boolean; isDone: boolean }

export type ManualClock = Clock & {
  /** Moves on by `byMs`; due timers run in order, and what they await settles in between. */
  advance(byMs: number): Promise<void>
  /** Somebody sets the clock: what it shows changes, and no time goes by. */
  set(byMs: number): void
  /** How many timers are set. */
  pending(): number
}

export function openManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs
  let wrongByMs = 0
  let order = 0
  /** A heap: the next one stands first. */
  const timers: Timer[] = []
  let cancelled = 0
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  const isSooner = (one: Timer, other: Timer) => one.at < other.at || (one.at === other.at && one.order < other.order)

  function swap(one: number, other: number): void {
    const [first, second] = [timers[one], timers[other]]
    if (first === undefined || second === undefined) return
    timers[one] = second
    timers[other] = first
  }

  function isSoonerAt(one: number, other: number): boolean {
    const [first, second] = [timers[one], timers[other]]
    return first !== undefined && (second === undefined || isSooner(first, second))
  }

  function push(timer: Timer): void {
    let at = timers.push(timer) - 1
    for (let above = (at - 1) >> 1; at > 0 && isSoonerAt(at, above); above = (at - 1) >> 1) {
      swap(at, above)
      at = above
    }
  }

  function pop(): Timer | undefined {
    const [next] = timers
    const last = timers.pop()
    if (next === undefined || last === undefined || next === last) return next
    timers[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const below = isSoonerAt(right, left) ? right : left
      if (!isSoonerAt(below, at)) return next
      swap(at, below)
      at = below
    }
  }

  function nextDue(untilMs: number): Timer | undefined {
    for (;;) {
      const [next] = timers
      if (next === undefined || next.at > untilMs) return undefined
      pop()
      if (!next.isCancelled) return next
      cancelled -= 1
    }
  }

  return {
    now: () => nowMs + wrongByMs,
    ticks: () => nowMs - startMs,
    after(delayMs, task) {
      const timer: Timer = { at: nowMs + Math.max(0, delayMs), order: order++, task, isCancelled: false, isDone: false }
      push(timer)
      return () => {
        if (timer.isCancelled || timer.isDone) return
        timer.isCancelled = true
        cancelled += 1
      }
    },
    set(byMs) {
      wrongByMs += byMs
    },
    pending: () => timers.length - cancelled,
    async advance(byMs) {
      const untilMs = nowMs + byMs
      await settle()
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timer.isDone = true
        nowMs = Math.max(nowMs, timer.at)
        timer.task()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
  }
}
