/** Chance that can be had again: the same seed, the same numbers. */

export type Seeded = {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  chance(share: number): boolean
  pick<Value>(from: readonly Value[]): Value
  shuffle<Value>(values: readonly Value[]): Value[]
  /** One of the names, each as likely as its weight says. */
  weigh<Name extends string>(weights: Readonly<Record<Name, number>>): Name
}

/** Mulberry32: small, and good enough to disturb things. */
export function openSeeded(seed: number): Seeded {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    between: (min, max) => min + below(max - min + 1),
    chance: (share) => next() < share,
    pick(from) {
      const value = from[below(from.length)]
      if (value === undefined) throw new Error('unable to pick; there is nothing')
      return value
    },
    shuffle(values) {
      const left = [...values]
      return values.flatMap(() => left.splice(below(left.length), 1))
    },
    weigh(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0) return name
      }
      throw new Error('unable to weigh; all weights are zero')
    },
  }
}
