/** What the cache of pages costs those who write to a hot room: the same node with it and without. */
import { runStatement } from '../../../../infra/local/database.ts'
import type { Load, Loaded } from '../instrument/load.ts'
import type { Section, Table, Target } from '../instrument/report.ts'
import { interleave, meterOf, type Slice, sliceOf, summaryOf, totalOf } from '../instrument/rounds.ts'
import { figureOf } from '../instrument/samples.ts'
import { mintSessions } from '../instrument/sessions.ts'
import type { BenchNode, Stage } from '../instrument/stage.ts'
import { startWorker, type Worker } from '../instrument/worker.ts'
import type { Options } from '../workload.ts'
import { withoutCache } from './at-door.ts'
import { idOf } from './places.ts'
import type { WriterOrder } from './writers.ts'

const writers = 50
/** Slices of so many times the usual length: of a hundred writes a second two seconds hold too few to tell 3 % from 15. */
const stretch = 2.5
const roomId = idOf('room', 1_000_000)
const writerIds = Array.from({ length: writers }, (_, n) => idOf('user', 1_000_000 + n))

const works = {
  sends: { title: 'sends, nobody reads', way: 'send', perSecond: 400, readsPerSecond: 0 },
  readSends: {
    title: 'sends, the newest page read 20 times a second',
    way: 'send',
    perSecond: 400,
    readsPerSecond: 20,
  },
  edits: { title: 'edits, the newest page read 20 times a second', way: 'edit', perSecond: 100, readsPerSecond: 20 },
} as const
type Work = keyof typeof works
type Cache = 'on' | 'off'
type Pair = Record<Cache, Slice>
type Measured = ReadonlyMap<Work, Pair[]>
const workNames = Object.keys(works) as Work[]
const caches: readonly Cache[] = ['on', 'off']

/** One room of its own, so that sockets hear nothing else. */
async function furnish(url: string): Promise<void> {
  const [owner] = writerIds
  const users = writerIds.map((id, n) => `('${id}', 'writer-${n}', 'Writer ${n}', '-')`).join(', ')
  await runStatement(url, `INSERT INTO users (id, username, display_name, password_hash) VALUES ${users}`)
  await runStatement(
    url,
    `INSERT INTO rooms (id, kind, title, owner_id, member_count) VALUES ('${roomId}', 'private', 'Hot', '${owner}', ${writers})`,
  )
  await runStatement(
    url,
    `INSERT INTO members (room_id, user_id, role) SELECT '${roomId}', id, 'member' FROM users WHERE username LIKE 'writer-%'`,
  )
}

async function openCrew(node: BenchNode, cookies: string[]): Promise<Worker> {
  const crew = await startWorker(new URL('./writers.ts', import.meta.url))
  const order: WriterOrder = { kind: 'open', port: node.port, cookies, roomId }
  await crew.ask(order)
  return crew
}

export async function writes(stage: Stage, options: Options): Promise<Section> {
  await furnish(stage.urls.DATABASE_URL)
  const cookies = await mintSessions(stage, writerIds)
  const nodes = { on: await stage.startNode('node-1'), off: await stage.startNode('node-2', withoutCache) }

  /** Only one node has sockets at a time: the other would hear, and pay for, what it did not do. */
  async function slice(work: Work, cache: Cache): Promise<Slice> {
    const { way, perSecond, readsPerSecond } = works[work]
    const node = nodes[cache]
    const crew = await openCrew(node, cookies)
    const order = (load: Load): WriterOrder => ({ kind: 'write', way, readsPerSecond, load })
    try {
      await crew.ask(order({ forMs: 500, perSecond }))
      const { value, use } = await meterOf({ server: node.pid, ...stage.pids })(() =>
        crew.ask<Loaded>(order({ forMs: options.sliceMs * stretch, perSecond })),
      )
      return sliceOf(value, use)
    } finally {
      await crew.close()
    }
  }

  /** One right after the other, for what a minute is like is no longer so in the next; each is the first one in half of the rounds. */
  async function pair(work: Work, round: number): Promise<Pair> {
    stage.say(`round ${round + 1}: ${works[work].title}`)
    if (round % 2 === 0) return { on: await slice(work, 'on'), off: await slice(work, 'off') }
    const off = await slice(work, 'off')
    return { on: await slice(work, 'on'), off }
  }

  try {
    const measured = await interleave(workNames, 2 * options.rounds, pair)
    return {
      tables: [tableOf(measured)],
      plots: [
        {
          kind: 'bars',
          title: 'A write to a hot room: CPU',
          unit: 'microseconds',
          parts: ['node', 'postgres', 'redis (cache)', 'redis (state)'],
          bars: rowsOf(measured).map(({ work, cache, summary: { cpuUs } }) => ({
            name: `${work}, cache ${cache}`,
            values: parts.map((part) => cpuUs[part]?.median ?? 0),
          })),
        },
      ],
      targets: [...measured].map(([work, pairs]) => targetOf(work, pairs)),
      othersShare: [...measured.values()].flat().flatMap(({ on, off }) => [on.othersShare, off.othersShare]),
      raw: Object.fromEntries(measured),
    }
  } finally {
    await Promise.all([stage.stopNode(nodes.on), stage.stopNode(nodes.off)])
  }
}

const parts = ['server', 'postgres', 'cache', 'state']

const rowsOf = (measured: Measured) =>
  [...measured].flatMap(([work, pairs]) =>
    caches.map((cache) => ({ work, cache, summary: summaryOf(pairs.map((both) => both[cache])) })),
  )

function tableOf(measured: Measured): Table {
  return {
    title: 'Writes to a hot room',
    note: `${writers} people on sockets in one room write evenly, ${works.sends.perSecond} sends or ${works.edits.perSecond} edits a second; all of them hear all of it. CPU is microseconds per write; with the cache and without it right after each other, the target by the ratio of each such pair.`,
    columns: [
      { title: 'what' },
      { title: 'cache' },
      { title: 'p50 ms', digits: 1 },
      { title: 'p99 ms', digits: 1 },
      { title: 'CPU' },
      { title: 'node' },
      { title: 'postgres' },
      { title: 'cache' },
      { title: 'state' },
    ],
    rows: rowsOf(measured).map(({ work, cache, summary: { p50Ms, p99Ms, totalUs, cpuUs } }) => {
      return [works[work].title, cache, p50Ms, p99Ms, totalUs, ...parts.map((part) => cpuUs[part] ?? null)]
    }),
  }
}

/** By pairs, of what was measured right after each other. */
function targetOf(work: Work, pairs: readonly Pair[]): Target {
  const ratio = figureOf(pairs.map(({ on, off }) => totalOf(on) / totalOf(off))).median
  return {
    says: `writes to a hot room cost at most 1.1 × the CPU that they do without the cache (${works[work].title})`,
    got: `${ratio.toFixed(2)}×`,
    isMet: Number.isNaN(ratio) ? null : ratio <= 1.1,
  }
}
