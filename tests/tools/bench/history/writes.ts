/** What the cache of pages costs those who write to a hot room: the same node with it and without. */
import { runStatement } from '../../../../infra/local/database.ts'
import type { Load, Loaded } from '../instrument/load.ts'
import type { Section, Table, Target } from '../instrument/report.ts'
import { interleave, meterOf, type Slice, type Summary, sliceOf, summaryOf } from '../instrument/rounds.ts'
import { mintSessions } from '../instrument/sessions.ts'
import type { BenchNode, Stage } from '../instrument/stage.ts'
import { startWorker, type Worker } from '../instrument/worker.ts'
import type { Options } from '../workload.ts'
import { withoutCache } from './at-door.ts'
import { idOf } from './places.ts'
import type { WriterOrder } from './writers.ts'

const writers = 50
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
type Name = `${Work}/${'on' | 'off'}`
const names = Object.keys(works).flatMap((work): Name[] => [`${work as Work}/on`, `${work as Work}/off`])

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
  async function slice(name: Name): Promise<Slice> {
    const [work, cache] = name.split('/') as [Work, 'on' | 'off']
    const { way, perSecond, readsPerSecond } = works[work]
    const node = nodes[cache]
    const crew = await openCrew(node, cookies)
    const order = (load: Load): WriterOrder => ({ kind: 'write', way, readsPerSecond, load })
    try {
      await crew.ask(order({ forMs: 500, perSecond }))
      const { value, use } = await meterOf({ server: node.pid, ...stage.pids })(() =>
        crew.ask<Loaded>(order({ forMs: 2 * options.sliceMs, perSecond })),
      )
      return sliceOf(value, use)
    } finally {
      await crew.close()
    }
  }

  try {
    const results = await interleave(names, options.rounds, (name, round) => {
      stage.say(`round ${round + 1}: ${name}`)
      return slice(name)
    })
    const measured = new Map([...results].map(([name, slices]) => [name, summaryOf(slices)]))
    return {
      tables: [tableOf(measured)],
      plots: [
        {
          kind: 'bars',
          title: 'A write to a hot room: CPU',
          unit: 'microseconds',
          parts: ['node', 'postgres', 'redis (cache)', 'redis (state)'],
          bars: [...measured].map(([name, { cpuUs }]) => ({
            name: name.replace('/', ', cache '),
            values: ['server', 'postgres', 'cache', 'state'].map((part) => cpuUs[part]?.median ?? 0),
          })),
        },
      ],
      targets: (Object.keys(works) as Work[]).map((work) => targetOf(work, measured)),
      othersShare: [...results.values()].flat().map(({ othersShare }) => othersShare),
      raw: Object.fromEntries(results),
    }
  } finally {
    await Promise.all([stage.stopNode(nodes.on), stage.stopNode(nodes.off)])
  }
}

function tableOf(measured: ReadonlyMap<Name, Summary>): Table {
  return {
    title: 'Writes to a hot room',
    note: `${writers} people on sockets in one room write evenly, ${works.sends.perSecond} sends or ${works.edits.perSecond} edits a second; all of them hear all of it. CPU is microseconds per write.`,
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
    rows: [...measured].map(([name, { p50Ms, p99Ms, totalUs, cpuUs }]) => {
      const [work, cache] = name.split('/') as [Work, string]
      const parts = ['server', 'postgres', 'cache', 'state'].map((part) => cpuUs[part] ?? null)
      return [works[work].title, cache, p50Ms, p99Ms, totalUs, ...parts]
    }),
  }
}

function targetOf(work: Work, measured: ReadonlyMap<Name, Summary>): Target {
  const cpu = (name: Name) => measured.get(name)?.totalUs.median ?? Number.NaN
  const ratio = cpu(`${work}/on`) / cpu(`${work}/off`)
  return {
    says: `writes to a hot room cost at most 1.1 × the CPU that they do without the cache (${works[work].title})`,
    got: `${ratio.toFixed(2)}×`,
    isMet: Number.isNaN(ratio) ? null : ratio <= 1.1,
  }
}
