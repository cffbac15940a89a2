/** Chance with a seed: the same seed makes the same run of choices. */

export type Chance = {
  /** At least 0, less than 1. */
  next(): number
  below(bound: number): number
  between(min: number, max: number): number
  pick<Value>(choices: readonly Value[]): Value
  /** One of the names, each as likely as its weight says. */
  weigh<Name extends string>(weights: Readonly<Record<Name, number>>): Name
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state are plenty for choosing faults. */
export function openChance(seed: number): Chance {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    between: (min, max) => min + below(max - min + 1),
    pick(choices) {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new Error('unable to pick; there is no choice')
      return choice
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
