/** Choice by Zipf's law: of things in the order of their fame, the n-th is asked for 1/n^exponent as often as the first. */

export type Zipf = {
  /** From 0, the most famous, to `count - 1`. */
  next(): number
  /** How likely one is. */
  shareOf(index: number): number
}

type Needs = { count: number; exponent: number; random: () => number }

export function openZipf({ count, exponent, random }: Needs): Zipf {
  const weights = Array.from({ length: count }, (_, index) => 1 / (index + 1) ** exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const sums: number[] = []
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight / total)

  return {
    next() {
      const wanted = random()
      let [low, high] = [0, count - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((sums[middle] ?? 1) > wanted) high = middle
        else low = middle + 1
      }
      return low
    },
    shareOf: (index) => (weights[index] ?? 0) / total,
  }
}
