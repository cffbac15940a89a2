/** Points of a shared budget taken a few at a time, so that most calls are counted without a word to Redis. [X3] */
import { RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../kit/clock.ts'

type Needs = {
  clock: Clock
  /** How many are taken at a time. */
  size: number
  /** The budget's points for a key in one window of `perMs`. */
  row: { points: number; perMs: number }
  /** Counts points against the budget of all nodes; rejects with what was counted when they are more than there are. */
  take: (key: string, points: number) => Promise<RateLimiterRes>
}

/** What this node has taken and not spent yet; it ends with the window it was taken in. */
type Portion = { left: number; until: number }

/**
 * Rejects as `take` does when the budget is spent. All nodes together never grant more than it has; when it runs out on
 * one node, another one may still hold points of that key, `size - 1` at most, which are spent there or not at all.
 */
export function openPortions({ clock, size, row, take }: Needs): (key: string) => Promise<void> {
  const portions = new Map<string, Portion>()
  let sweepAt = 0

  function sweep(now: number): void {
    if (now < sweepAt) return
    sweepAt = now + row.perMs
    for (const [key, { until }] of portions) if (until <= now) portions.delete(key)
  }

  /** How many of the points that were asked for are ours, when the budget ended within them. */
  function lastOf(fault: unknown): { msBeforeNext: number; granted: number } {
    if (!(fault instanceof RateLimiterRes)) throw fault
    const granted = row.points - (fault.consumedPoints - size)
    if (granted <= 0) throw fault
    return { msBeforeNext: fault.msBeforeNext, granted }
  }

  async function fetch(key: string): Promise<void> {
    const now = clock.ticks() // before asking: the window must not seem to last longer than it does
    sweep(now)
    const { msBeforeNext, granted } = await take(key, size).then(
      (taken) => ({ msBeforeNext: taken.msBeforeNext, granted: size }),
      lastOf,
    )
    const until = now + msBeforeNext
    const held = portions.get(key)
    // several calls may have asked at once
    const others = held !== undefined && held.until > now ? held.left : 0
    portions.set(key, { left: others + granted - 1, until })
  }

  return async (key) => {
    const held = portions.get(key)
    if (held === undefined || held.left === 0 || held.until <= clock.ticks()) return await fetch(key)
    held.left -= 1
  }
}
