/** What a viewer has, order aside, in three numbers: equal tallies are equal sets of messages, so nobody compares lists. */

/** `mix` tells sets apart that have the same count and sum. */
export type Tally = { count: number; sum: number; mix: number }

export const emptyTally = (): Tally => ({ count: 0, sum: 0, mix: 0 })

/** Spreads neighbouring numbers over 32 bits. */
function spread(n: number): number {
  const once = Math.imul(n ^ (n >>> 16), 0x45d9f3b)
  return Math.imul(once ^ (once >>> 15), 0x2c1b3c6d) ^ (once >>> 13)
}

export function note(tally: Tally, n: number): void {
  tally.count += 1
  tally.sum += n
  tally.mix = (tally.mix + spread(n)) | 0
}

export function join(tally: Tally, other: Readonly<Tally>): void {
  tally.count += other.count
  tally.sum += other.sum
  tally.mix = (tally.mix + other.mix) | 0
}

export function tallyOf(numbers: Iterable<number>): Tally {
  const tally = emptyTally()
  for (const n of numbers) note(tally, n)
  return tally
}

export const isSame = (one: Readonly<Tally>, other: Readonly<Tally>) =>
  one.count === other.count && one.sum === other.sum && one.mix === other.mix
