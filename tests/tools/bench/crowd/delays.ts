/** How long messages took to those who read them: noted per frame, not per message, so that noting costs next to nothing. */

/** One frame as a whole node's viewers get it: parsed once, then known by its beginning. `base` and `rev` are 0 where there are none. */
export type Span = {
  roomId: string
  base: number
  rev: number
  messages: readonly { n: number; rev: number }[]
  /** Of all its messages. */
  tally: { count: number; sum: number; mix: number }
  /** How many viewers had it when, in steps of `stepMs`. */
  arrivals: Map<number, number>
}

/** Fine enough for a median of a few ms. */
const stepMs = 0.25
/** Beyond it nobody cares how much longer it was. */
const longestMs = 60_000

export function arrive({ arrivals }: Pick<Span, 'arrivals'>, atMs: number): void {
  const step = Math.round(atMs / stepMs)
  arrivals.set(step, (arrivals.get(step) ?? 0) + 1)
}

/** Deliveries by how long they took, `stepMs` each. */
export type Delays = Uint32Array

export function delaysOf(spans: Iterable<Pick<Span, 'messages' | 'arrivals'>>, sentAt: (n: number) => number): Delays {
  const delays = new Uint32Array(longestMs / stepMs)
  for (const { messages, arrivals } of spans) {
    for (const { n } of messages) {
      const sent = sentAt(n) / stepMs
      for (const [step, count] of arrivals) {
        const at = Math.min(delays.length - 1, Math.max(0, Math.round(step - sent)))
        delays[at] = (delays[at] ?? 0) + count
      }
    }
  }
  return delays
}

/** By nearest rank; 0 of none. */
export function delayQuantile(delays: Delays, share: number): number {
  const all = delays.reduce((sum, count) => sum + count, 0)
  let left = Math.floor(all * share)
  for (const [at, count] of delays.entries()) {
    if (count > left) return at * stepMs
    left -= count
  }
  return 0
}
