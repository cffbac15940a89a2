/** What many measurements say together: medians, quantiles, and how far apart they lay. */

/** One figure over several rounds. */
export type Figure = { median: number; low: number; high: number }

/** Of values in ascending order, by nearest rank; 0 of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort()
}

export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? quantile(sorted, 0.5) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = ascending(values)
  return { median: median(values), low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 }
}

/** How far the rounds lay apart, as a share of their median. */
export const spreadOf = ({ median: middle, low, high }: Figure) => (middle === 0 ? 0 : (high - low) / middle)
