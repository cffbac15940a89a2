/** A clock that moves only when told, for tests of anything that waits. */
import type { Clock } from '../../server/kit/clock.ts'

type Timer = { at: number; order: number; task: () => void }

export type ManualClock = Clock & {
  /** Moves on by `byMs`; due timers run in order, and what they await settles in between. */
  advance(byMs: number): Promise<void>
  /** How many timers are set. */
  pending(): number
}

export function openManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs
  let order = 0
  const timers = new Set<Timer>()
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  function nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.at > untilMs) continue
      const isSooner = next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)
      if (isSooner) next = timer
    }
    return next
  }

  return {
    now: () => nowMs,
    ticks: () => nowMs - startMs,
    after(delayMs, task) {
      const timer = { at: nowMs + Math.max(0, delayMs), order: order++, task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pending: () => timers.size,
    async advance(byMs) {
      const untilMs = nowMs + byMs
      await settle()
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        nowMs = Math.max(nowMs, timer.at)
        timer.task()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
  }
}
