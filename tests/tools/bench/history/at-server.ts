/** What a page costs where it is read: in one process, without any door. */
import { availableParallelism } from 'node:os'
import { readCpu } from '../instrument/cpu.ts'
import type { Load } from '../instrument/load.ts'
import type { Plot, Section, Table, Target } from '../instrument/report.ts'
import { interleave, metered, type Slice, type Summary, sliceOf, summaryOf } from '../instrument/rounds.ts'
import type { Stage } from '../instrument/stage.ts'
import { startWorker } from '../instrument/worker.ts'
import type { Options } from '../workload.ts'
import type { CandidateName } from './candidates.ts'
import type { ReaderAnswer, ReaderOrder } from './reader.ts'

/** What each is, in words; the first is the floor of the machine. */
const titles: Record<CandidateName, string> = {
  ping: 'PING (no page at all)',
  page: 'ours, from the cache, right checked',
  direct: 'ours, cache off, right checked',
  bareQuery: 'our SQL as text, bare driver, right checked',
  checkedFindMany: 'findMany, right checked',
  checkedNaive: 'GET/SETEX unparsed, right checked',
  findMany: 'findMany',
  naive: 'GET/SETEX, parsed',
  naiveText: 'GET/SETEX, unparsed',
}
const names = Object.keys(titles) as CandidateName[]

const flatOut = { atOnce: 16 }
const calm = { perSecond: 200 }
/** So many places that their pages are a good part of all that are asked for, and can all be warmed. */
const places = 4_096

export async function openReader({ urls }: Pick<Stage, 'urls'>) {
  const worker = await startWorker(new URL('./reader.ts', import.meta.url), urls)
  return {
    ...worker,
    ask: <Kind extends ReaderOrder['kind']>(order: Extract<ReaderOrder, { kind: Kind }>) =>
      worker.ask<ReaderAnswer[Kind]>(order),
  }
}

type Both = { flat: Slice; calm: Slice }
type Measured = Map<CandidateName, { flat: Summary; calm: Summary }>

export async function atServer(stage: Stage, size: Options): Promise<Section> {
  const { rounds, sliceMs } = size
  const reader = await openReader(stage)
  try {
    const { pages } = await reader.ask({ kind: 'prepare', size, seed: 1, places })
    const bytes = new Map<CandidateName, number>()
    for (const candidate of names) bytes.set(candidate, (await reader.ask({ kind: 'warm', candidate })).bytes)
    const roots = { reader: reader.pid, ...stage.pids }

    async function slice(candidate: CandidateName, load: Load): Promise<Slice> {
      const { value, use } = await metered(
        () => readCpu(roots),
        availableParallelism(),
        () => reader.ask({ kind: 'read', candidate, load }),
      )
      return sliceOf(value, use)
    }

    const results = await interleave(names, rounds, async (candidate, round): Promise<Both> => {
      stage.say(`round ${round + 1}: ${titles[candidate]}`)
      await reader.ask({ kind: 'read', candidate, load: { forMs: 100, ...flatOut } })
      return {
        flat: await slice(candidate, { forMs: sliceMs, ...flatOut }),
        calm: await slice(candidate, { forMs: sliceMs, ...calm }),
      }
    })
    const measured: Measured = new Map(
      [...results].map(([name, both]) => [
        name,
        { flat: summaryOf(both.map((one) => one.flat)), calm: summaryOf(both.map((one) => one.calm)) },
      ]),
    )
    return {
      tables: [tableOf(measured, bytes, pages)],
      plots: plotsOf(measured),
      targets: targetsOf(measured),
      othersShare: [...results.values()].flat().flatMap((both) => [both.flat.othersShare, both.calm.othersShare]),
      raw: Object.fromEntries(results),
    }
  } finally {
    await reader.close()
  }
}

function tableOf(measured: Measured, bytes: ReadonlyMap<CandidateName, number>, pages: number): Table {
  return {
    title: 'At the server',
    note: `${pages} pages in turn, all of them warm. "Flat out" is ${flatOut.atOnce} requests at once; "calm" is ${calm.perSecond} a second, evenly. CPU per request in microseconds, flat out.`,
    columns: [
      { title: 'a page through' },
      { title: 'requests/s' },
      { title: 'p50 ms', digits: 2 },
      { title: 'p99 ms', digits: 2 },
      { title: 'calm p50', digits: 2 },
      { title: 'calm p99', digits: 2 },
      { title: 'CPU' },
      { title: 'node' },
      { title: 'postgres' },
      { title: 'cache' },
      { title: 'kB', digits: 1 },
    ],
    rows: [...measured].map(([name, { flat, calm: quiet }]) => [
      titles[name],
      flat.perSecond,
      flat.p50Ms,
      flat.p99Ms,
      quiet.p50Ms,
      quiet.p99Ms,
      flat.totalUs,
      ...['reader', 'postgres', 'cache'].map((part) => flat.cpuUs[part] ?? null),
      (bytes.get(name) ?? 0) / 1_000,
    ]),
  }
}

function plotsOf(measured: Measured): Plot[] {
  const rows = [...measured].filter(([name]) => name !== 'ping')
  const parts = ['reader', 'postgres', 'cache', 'state']
  return [
    {
      kind: 'bars',
      title: 'CPU per page',
      unit: 'microseconds',
      parts: ['node', 'postgres', 'redis (cache)', 'redis (state)'],
      bars: rows.map(([name, { flat }]) => ({
        name: titles[name],
        values: parts.map((part) => flat.cpuUs[part]?.median ?? 0),
      })),
    },
    {
      kind: 'bars',
      title: 'Slowest page in a hundred, calm',
      unit: 'ms',
      parts: ['p99'],
      bars: rows.map(([name, { calm: quiet }]) => ({ name: titles[name], values: [quiet.p99Ms.median] })),
    },
  ]
}

function targetsOf(measured: Measured): Target[] {
  const of = (name: CandidateName) => measured.get(name)
  const cpu = (name: CandidateName) => of(name)?.flat.totalUs.median ?? Number.NaN
  const times = (wanted: number, says: string, ratio: number, most = false): Target => ({
    says,
    got: `${ratio.toFixed(2)}×`,
    isMet: Number.isNaN(ratio) ? null : most ? ratio <= wanted : ratio >= wanted,
  })
  const p99 = of('page')?.calm.p99Ms.median ?? Number.NaN
  const floor = of('ping')?.calm.p99Ms.median ?? Number.NaN
  return [
    {
      says: 'a cached page in under 2 ms at p99, at the server',
      got: `${p99.toFixed(2)} ms (a PING took ${floor.toFixed(2)} ms)`,
      isMet: p99 < 2,
    },
    times(
      5,
      'at least 5 × the pages per CPU second of findMany (which checks no right)',
      cpu('findMany') / cpu('page'),
    ),
    times(5, 'the same against findMany that checks the right as we do', cpu('checkedFindMany') / cpu('page')),
    times(1.1, 'at most 1.1 × the CPU of GET/SETEX, parsed', cpu('page') / cpu('naive'), true),
    times(1.1, 'at most 1.1 × the CPU of GET/SETEX, unparsed', cpu('page') / cpu('naiveText'), true),
    times(
      1.1,
      'at most 1.1 × the CPU of GET/SETEX, unparsed, that checks the right as we do',
      cpu('page') / cpu('checkedNaive'),
      true,
    ),
  ]
}
