/** W2, idle: what somebody who is only there takes up, and how fast very many come in. */
import { setTimeout as pause } from 'node:timers/promises'
import { fill, residentBytes, startCrowd } from './crowd/measure.ts'
import { furnish, type Plan, seatsOf, spreadOver } from './crowd/seats.ts'
import { target } from './crowd/target.ts'
import { type CpuUse, readCpu, useBetween } from './instrument/cpu.ts'
import type { Section } from './instrument/report.ts'
import type { Stage } from './instrument/stage.ts'
import { type CandidateName, openCandidate, titles } from './rivals/candidates.ts'
import type { Options, Workload } from './workload.ts'

/** Everybody is in five rooms of a hundred. */
const plan: Plan = { place: 2, users: 15_000, block: 100, rooms: 5 }
/** V8 keeps the pages that it has emptied for a while, in case they are wanted again. */
const looking = { forMs: 10_000, everyMs: 500 }
const collect = new URL('./crowd/collect.ts', import.meta.url)
const some = ['ours', 'unstored', 'bare'] as const

type Row = {
  name: CandidateName
  connections: number
  acceptMs: number
  bytes: number
  bytesAsItStands: number
  acceptCpuMs: number
  idleCpuShare: number
}

const spent = ({ cpuMs }: CpuUse) => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0)

async function occupy(stage: Stage, name: CandidateName, seats: Awaited<ReturnType<typeof seatsOf>>): Promise<Row> {
  const standing = await openCandidate(stage, name, { nodes: 1, preload: collect })
  const crowd = await startCrowd()
  const [pid = 0] = standing.pids
  const collected = async () => {
    process.kill(pid, 'SIGUSR2')
    let least = Number.POSITIVE_INFINITY
    for (let tookMs = 0; tookMs < looking.forMs; tookMs += looking.everyMs) {
      await pause(looking.everyMs)
      least = Math.min(least, residentBytes(pid))
    }
    return least
  }
  const cpu = () => readCpu({ server: pid })
  try {
    await pause(1_000)
    const empty = await collected()
    const before = cpu()
    const { tookMs } = await fill(crowd, standing, spreadOver(seats, standing.ports), { watches: false, atOnce: 100 })
    const filled = cpu()
    await pause(1_000)
    const rested = cpu()
    await pause(3_000)
    const idle = useBetween(rested, cpu(), 1)
    const standingBytes = residentBytes(pid)
    return {
      name,
      connections: seats.length,
      acceptMs: tookMs,
      bytesAsItStands: (standingBytes - empty) / seats.length,
      bytes: ((await collected()) - empty) / seats.length,
      acceptCpuMs: spent(useBetween(before, filled, 1)) / seats.length,
      idleCpuShare: spent(idle) / idle.tookMs,
    }
  } finally {
    await crowd.close()
    await standing.close()
  }
}

async function connections(stage: Stage, options: Options): Promise<Section> {
  const seats = await seatsOf(stage, plan)
  const rows: Row[] = []
  for (const size of options.quick ? [5_000] : [5_000, plan.users]) {
    for (const name of options.quick ? (['ours', 'unstored'] as const) : some) {
      stage.say(`${size} connections: ${titles[name]}`)
      rows.push(await occupy(stage, name, seats.slice(0, size)))
    }
  }
  const of = (name: CandidateName, what: (row: Row) => number) =>
    what(rows.filter((row) => row.name === name).at(-1) as Row) // the most there were
  const kilobytes = of('ours', ({ bytes }) => bytes / 1_000)
  const seconds = of('ours', ({ acceptMs }) => acceptMs / 1_000)
  return {
    tables: [
      {
        title: 'Idle connections',
        note: 'One node. Memory is resident, per connection, less what the empty node had; the least in the ten seconds after collecting garbage, and as it stands before that. Idle CPU is the share of one core while nobody says anything.',
        columns: [
          { title: 'who' },
          { title: 'connections' },
          { title: 'kB each', digits: 1 },
          { title: 'as it stands', digits: 1 },
          { title: 'accepted in s', digits: 1 },
          { title: 'server CPU ms each', digits: 2 },
          { title: 'idle CPU %', digits: 1 },
        ],
        rows: rows.map((row) => [
          titles[row.name],
          row.connections,
          row.bytes / 1_000,
          row.bytesAsItStands / 1_000,
          row.acceptMs / 1_000,
          row.acceptCpuMs,
          row.idleCpuShare * 100,
        ]),
      },
    ],
    plots: [
      {
        kind: 'bars',
        title: 'Memory per idle connection',
        unit: 'kB',
        parts: ['resident, garbage collected'],
        bars: rows.map(({ name, connections: count, bytes }) => ({
          name: `${titles[name]}, ${count.toLocaleString('en')}`,
          values: [bytes / 1_000],
        })),
      },
    ],
    targets: [
      target(
        'a connection takes at most 22 kB, session and memberships included',
        kilobytes <= 22,
        `${kilobytes.toFixed(1)} kB`,
      ),
      ...(options.quick
        ? []
        : [target('15,000 connections are accepted within 20 s', seconds <= 20, `${seconds.toFixed(1)} s`)]),
    ],
    othersShare: [],
    raw: rows,
    ratios: {
      'idle: memory per connection, ours to Socket.IO': kilobytes / of('unstored', ({ bytes }) => bytes / 1_000),
      'idle: CPU per handshake, ours to Socket.IO':
        of('ours', ({ acceptCpuMs }) => acceptCpuMs) / of('unstored', ({ acceptCpuMs }) => acceptCpuMs),
    },
  }
}

export const idle: Workload = {
  workload: 'idle',
  title: 'Idle connections',
  about: () => [
    'Everybody is a member of five rooms of a hundred people and looks at none; ours reads the session and the memberships, the others believe what they are told.',
  ],
  prepare: (stage) => furnish(stage, plan),
  parts: { connections },
}
