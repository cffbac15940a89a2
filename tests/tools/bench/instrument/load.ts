/** How work is put upon somebody: as much as goes, or at an even pace; each piece timed. */
import { setTimeout as pause } from 'node:timers/promises'

/**
 * `perSecond`: one begins whenever its time has come, whoever is still under way; else `atOnce` are always under way. It
 * ends with the time, or after `count` pieces.
 */
export type Load = { forMs: number; count?: number } & ({ atOnce: number } | { perSecond: number })

export type Loaded = { tookMs: Float64Array; forMs: number }

/** `piece` is given its number, from 0. Rejects as the first piece that does. */
export async function apply(load: Load, piece: (n: number) => Promise<unknown>): Promise<Loaded> {
  const tookMs: number[] = []
  const { count: most = Number.POSITIVE_INFINITY } = load
  const began = performance.now()
  let n = 0

  async function one(): Promise<void> {
    const from = performance.now()
    await piece(n++)
    tookMs.push(performance.now() - from)
  }

  async function keepOn(): Promise<void> {
    while (performance.now() - began < load.forMs && n < most) await one()
  }

  async function pace(perSecond: number): Promise<void> {
    const all: Promise<void>[] = []
    for (let due = 0; due < load.forMs && all.length < most; due += 1_000 / perSecond) {
      const early = began + due - performance.now()
      if (early > 0) await pause(early)
      const work = one()
      work.catch(() => {}) // heard in the end
      all.push(work)
    }
    await Promise.all(all)
  }

  if ('perSecond' in load) await pace(load.perSecond)
  else await Promise.all(Array.from({ length: load.atOnce }, keepOn))
  return { tookMs: Float64Array.from(tookMs), forMs: performance.now() - began }
}
