/** Candidates taken in turn, round after round, so that an hour's noise falls on all of them alike. */
import { availableParallelism } from 'node:os'
import { type CpuUse, readCpu, useBetween } from './cpu.ts'
import type { Loaded } from './load.ts'
import { ascending, type Figure, figureOf, quantile } from './samples.ts'

/** What a candidate did in one slice of time, per piece of work. */
export type Slice = {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Microseconds per piece, by part. */
  cpuUs: Record<string, number>
  othersShare: number
}

export type Summary = {
  perSecond: Figure
  p50Ms: Figure
  p99Ms: Figure
  cpuUs: Record<string, Figure>
  totalUs: Figure
}

/** Every round begins with another one. `run` is given the number of the round, from 0. */
export async function interleave<Name extends string, Result>(
  names: readonly Name[],
  rounds: number,
  run: (name: Name, round: number) => Promise<Result>,
): Promise<Map<Name, Result[]>> {
  const results = new Map<Name, Result[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      results.get(name)?.push(await run(name, round))
    }
  }
  return results
}

/** Does the work and tells what CPU it took. */
export type Meter = <Value>(work: () => Promise<Value>) => Promise<{ value: Value; use: CpuUse }>

/** `roots` names the first process of each part. */
export function meterOf(roots: Readonly<Record<string, number>>): Meter {
  return async (work) => {
    const before = readCpu(roots)
    const value = await work()
    return { value, use: useBetween(before, readCpu(roots), availableParallelism()) }
  }
}

export function sliceOf({ tookMs, forMs }: Loaded, { cpuMs, othersShare }: CpuUse): Slice {
  const sorted = ascending(tookMs)
  const pieces = Math.max(1, sorted.length)
  return {
    perSecond: (sorted.length / forMs) * 1_000,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    cpuUs: Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, (ms * 1_000) / pieces])),
    othersShare,
  }
}

export const totalOf = ({ cpuUs }: Pick<Slice, 'cpuUs'>) => Object.values(cpuUs).reduce((sum, us) => sum + us, 0)

export function summaryOf(slices: readonly Slice[]): Summary {
  const figure = (of: (slice: Slice) => number) => figureOf(slices.map(of))
  const parts = [...new Set(slices.flatMap(({ cpuUs }) => Object.keys(cpuUs)))]
  return {
    perSecond: figure(({ perSecond }) => perSecond),
    p50Ms: figure(({ p50Ms }) => p50Ms),
    p99Ms: figure(({ p99Ms }) => p99Ms),
    cpuUs: Object.fromEntries(parts.map((part) => [part, figure(({ cpuUs }) => cpuUs[part] ?? 0)])),
    totalUs: figure(totalOf),
  }
}
