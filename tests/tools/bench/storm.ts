/** W4, a storm: a node with three thousand people on it is killed while others talk; when is everybody back, and at what cost? */
import { setTimeout as pause } from 'node:timers/promises'
import { openStatementLog } from '../../kit/statement-log.ts'
import type { CrowdOrder } from './crowd/crowd.ts'
import { fill, measure, type Step, startCrowd } from './crowd/measure.ts'
import { furnish, type Plan, seatsOf } from './crowd/seats.ts'
import { target } from './crowd/target.ts'
import type { Section } from './instrument/report.ts'
import { ascending, figureOf, quantile } from './instrument/samples.ts'
import type { Stage } from './instrument/stage.ts'
import { openCandidate } from './rivals/candidates.ts'
import type { Options, Workload } from './workload.ts'

/** Ten rooms; the last ten of each sit on nodes that live on, and do the talking. */
const plan: Plan = { place: 4, users: 3_100, block: 310, rooms: 1 }
const talkers = 10
/** As the client tries again: see `backOff` in client/engine. */
const retry = { firstMs: 200, growth: 1.7, spread: 0.43 }

const isTalker = (n: number) => n % plan.block >= plan.block - talkers

async function storm(stage: Stage, kill: (node: { pid: number }) => void): Promise<Step> {
  const seats = await seatsOf(stage, plan)
  const standing = await openCandidate(stage, 'ours', { nodes: 3 })
  const crowd = await startCrowd()
  const [doomed = 0, ...others] = standing.ports
  try {
    const all = seats.map((seat, n) => ({ ...seat, port: isTalker(n) ? (others[n % 2] ?? 0) : doomed }))
    await fill(crowd, standing, [...all.filter((_, n) => isTalker(n)), ...all.filter((_, n) => !isTalker(n))])
    await pause(2_000)
    const braced: CrowdOrder = { kind: 'brace', ports: others, ...retry }
    await crowd.ask(braced)
    const senders = all.filter((_, n) => isTalker(n)).length
    const survivors = { ...standing, ports: others, pids: standing.pids.slice(1) } // what a process took is gone with it
    const running = measure(stage, survivors, crowd, {
      senders,
      perSecond: 50,
      forMs: 6_000,
      settleMs: 6_000,
      bytes: 120,
    })
    await pause(1_000)
    kill({ pid: standing.pids[0] ?? 0 })
    return await running
  } finally {
    await crowd.close()
    await standing.close()
  }
}

const strike = ({ pid }: { pid: number }) => process.kill(pid, 'SIGKILL')

const backAt = ({ backMs }: Step, share: number) => quantile(ascending(backMs), share)

/** Statements that read what changed since somebody was cut off: of what a storm cost, by Postgres' own log, which would slow one that is timed. */
async function reads(stage: Stage): Promise<{ statements: number; step: Step }> {
  const log = await openStatementLog({ databaseUrl: stage.urls.DATABASE_URL, logs: stage.home.logs })
  const count = async () => (await log.statements()).filter((text) => text.includes('jsonb_to_recordset')).length
  try {
    const before = Promise.withResolvers<number>()
    const step = await storm(stage, (node) => {
      before.resolve(count())
      strike(node)
    })
    const [was, is] = [await before.promise, await count()]
    return { statements: is - was, step }
  } finally {
    await log.close()
  }
}

async function kills(stage: Stage, options: Options): Promise<Section> {
  const steps: Step[] = []
  for (let round = 0; round < options.rounds; round++) {
    stage.say(`round ${round + 1}`)
    steps.push(await storm(stage, strike))
  }
  const figure = (of: (step: Step) => number) => figureOf(steps.map(of))
  const p99 = figure((step) => backAt(step, 0.99)).median / 1_000
  const counted = await reads(stage)
  const perRoom = counted.statements / (plan.users / plan.block)
  return {
    tables: [
      {
        title: 'A storm',
        note: `Medians of ${options.rounds} kills. From the first connection that broke until somebody has reconnected, been let in, and caught up with its room. "Heard all" is of everybody, over the whole time. History reads: statements that ask what changed since, of one room or of several, by the number of rooms, in a storm that Postgres logged.`,
        columns: [
          { title: 'who' },
          { title: 'cut off' },
          { title: 'back' },
          { title: 'p50 s', digits: 2 },
          { title: 'p99 s', digits: 2 },
          { title: 'last s', digits: 2 },
          { title: 'heard all %', digits: 2 },
          { title: 'server CPU ms each', digits: 2 },
          { title: 'postgres CPU ms each', digits: 2 },
          { title: 'history reads per room', digits: 1 },
        ],
        rows: [
          [
            'ours',
            figure(({ absent }) => absent),
            figure(({ backMs }) => backMs.length),
            figure((step) => backAt(step, 0.5) / 1_000),
            figure((step) => backAt(step, 0.99) / 1_000),
            figure((step) => backAt(step, 1) / 1_000),
            figure(({ complete, viewers }) => (complete / viewers) * 100),
            figure(({ serverMs, absent }) => serverMs / Math.max(1, absent)),
            figure(({ postgresMs, absent }) => postgresMs / Math.max(1, absent)),
            perRoom,
          ],
        ],
      },
    ],
    plots: [
      {
        kind: 'curves',
        title: 'Back and caught up',
        x: { title: '% of those who were cut off' },
        y: { title: 'seconds after the kill' },
        curves: steps.map((step, round) => ({
          name: `kill ${round + 1}`,
          points: [1, 10, 25, 50, 75, 90, 99].map((share) => [share, backAt(step, share / 100) / 1_000] as const),
        })),
      },
    ],
    targets: [
      target(
        'all 3,000 are back and caught up within 3 s at p99',
        p99 <= 3 &&
          steps.every(({ absent, backMs, complete, viewers }) => backMs.length === absent && complete === viewers),
        `${p99.toFixed(2)} s`,
      ),
      target('a handful of history reads per room', counted.statements > 0 && perRoom <= 10, perRoom.toFixed(1)),
    ],
    othersShare: steps.map((step) => step.othersShare),
    raw: { steps, counted },
    ratios: { 'storm: seconds until 99 % are back': p99 },
  }
}

export const theStorm: Workload = {
  workload: 'storm',
  title: 'A node is killed',
  about: () => [
    'Three nodes; 3,000 people in ten rooms are on one of them, a hundred more on the others send 50 messages a second in all. The first is killed (SIGKILL) after a second; whoever was on it tries the others as the client does, first after 200 ms ± 43 %. nginx is not in the path.',
  ],
  prepare: (stage) => furnish(stage, plan),
  slow: ['kills'],
  parts: { kills },
}
