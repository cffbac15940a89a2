/** What a page costs where it is read: in one process, without any door. */
import type { Section, Target } from '../instrument/report.ts'
import { meterOf } from '../instrument/rounds.ts'
import type { Stage } from '../instrument/stage.ts'
import { startWorker } from '../instrument/worker.ts'
import type { Options } from '../workload.ts'
import type { CandidateName } from './candidates.ts'
import { atLeast, atMost, compare, type Measured, namesOf, places, plotsOf, ratio, tableOf } from './compare.ts'
import type { ReaderAnswer, ReaderOrder } from './reader.ts'

/** What each is, in words; the first is the floor of the machine. */
const titles: Record<CandidateName, string> = {
  ping: 'PING (no page at all)',
  page: 'ours, from the cache, as HTTP passes it on',
  built: 'ours, from the cache, as a socket sends it',
  direct: 'ours, cache off',
  bareQuery: 'our SQL as text, bare driver',
  checkedFindMany: 'findMany, right checked',
  checkedNaive: 'GET/SETEX unparsed, right checked',
  findMany: 'findMany',
  naive: 'GET/SETEX, parsed',
  naiveText: 'GET/SETEX, unparsed',
}
const parts = { reader: 'node', postgres: 'postgres', cache: 'cache', state: 'state' }

export async function openReader({ urls }: Pick<Stage, 'urls'>) {
  const { pid, ask, close } = await startWorker(new URL('./reader.ts', import.meta.url), urls)
  return {
    pid,
    close,
    ask: <Kind extends ReaderOrder['kind']>(order: Extract<ReaderOrder, { kind: Kind }>) =>
      ask<ReaderAnswer[Kind]>(order),
  }
}

export async function atServer(stage: Stage, options: Options): Promise<Section> {
  const reader = await openReader(stage)
  try {
    const { pages } = await reader.ask({ kind: 'prepare', size: options, seed: 1, places })
    const bytes = new Map<CandidateName, number>()
    for (const candidate of namesOf(titles)) {
      bytes.set(candidate, (await reader.ask({ kind: 'warm', candidate })).bytes)
    }
    let missed = 0
    const meter = meterOf({ reader: reader.pid, ...stage.pids })
    const { measured, rest } = await compare({
      titles,
      options,
      say: stage.say,
      meter: () => meter,
      together: [reader.pid, stage.pids.cache],
      async warm(candidate) {
        await stage.emptyCache()
        await reader.ask({ kind: 'warm', candidate })
      },
      async read(candidate, load) {
        const before = await reader.ask({ kind: 'missed' })
        const loaded = await reader.ask({ kind: 'read', candidate, load })
        if (candidate === 'page') missed += (await reader.ask({ kind: 'missed' })) - before
        return loaded
      },
    })
    const shown = {
      title: 'At the server',
      note: `${pages} pages in turn, all of them warm: ${missed} of ours were missed. Ours, and our SQL, check the right to read. While it is calm, the reader and the cache are on one core.`,
      measured,
      titles,
      parts,
    }
    const kilobytes = { title: 'kB', of: (name: CandidateName) => (bytes.get(name) ?? 0) / 1_000 }
    return { tables: [tableOf(shown, kilobytes)], plots: plotsOf(shown), targets: targetsOf(measured), ...rest }
  } finally {
    await reader.close()
  }
}

function targetsOf(measured: Measured<CandidateName>): Target[] {
  const calmP99 = (name: CandidateName) => measured.get(name)?.calm.p99Ms.median ?? Number.NaN
  const [p99, floor] = [calmP99('page'), calmP99('ping')]
  const times = (one: CandidateName, other: CandidateName) => ratio(measured, one, other)
  return [
    {
      says: 'a cached page in under 2 ms at p99, at the server',
      got: `${p99.toFixed(2)} ms (a PING took ${floor.toFixed(2)} ms)`,
      isMet: p99 < 2,
    },
    atLeast(5, 'at least 5 × the pages per CPU second of findMany, which checks no right', times('findMany', 'page')),
    atLeast(5, 'the same of findMany that checks the right as we do', times('checkedFindMany', 'page')),
    atMost(1.1, 'at most 1.1 × the CPU of GET/SETEX unparsed, which checks no right', times('page', 'naiveText')),
    atMost(1.1, 'the same of GET/SETEX parsed', times('page', 'naive')),
    atMost(1.1, 'the same of GET/SETEX unparsed that checks the right as we do', times('page', 'checkedNaive')),
  ]
}
