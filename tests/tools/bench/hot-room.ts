/** W1, a hot room: how many messages a second a thousand people in one room can be told, and what each costs. */
import { hasPassed, type Step } from './crowd/measure.ts'
import { furnish, type Plan, seatsOf } from './crowd/seats.ts'
import { type Session, withCrowd } from './crowd/session.ts'
import { bestOf, columnNote, resumesPerCommits, rowOf, serverCost, stepColumns } from './crowd/tables.ts'
import { target } from './crowd/target.ts'
import { throughNginx } from './crowd/through-nginx.ts'
import type { Section } from './instrument/report.ts'
import { interleave } from './instrument/rounds.ts'
import { median } from './instrument/samples.ts'
import type { Stage } from './instrument/stage.ts'
import { type CandidateName, candidates, titles } from './rivals/candidates.ts'
import type { Options, Workload } from './workload.ts'

const plan: Plan = { place: 1, users: 1_000, block: 1_000, rooms: 1 }
const nodes = 2
const senders = 50
const bytes = 120
const [calm, busy, hot] = [10, 200, 5_000]
const ladder = [25, 50, 100, 150, 200, 250, 300, 400, 600, 800, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000]

const order = (perSecond: number, forMs: number) => ({ senders, perSecond, forMs, settleMs: 3_000, bytes })

type Taken = Record<number, Step>

/** Each round opens its candidate anew; the ladder is climbed once, with a second try on a step that fails. */
async function paces(stage: Stage, options: Options): Promise<Section> {
  const seats = await seatsOf(stage, plan)
  const forMs = options.quick ? 2_000 : 4_000
  const some = options.quick ? candidates.filter((name) => name !== 'unstored') : candidates
  const results = await interleave(some, options.rounds, async (name, round): Promise<Taken> => {
    stage.say(`round ${round + 1}: ${titles[name]}`)
    const rates = name === 'ours' ? [calm, busy, hot] : [calm, busy]
    return await withCrowd(stage, { name, nodes, seats }, async ({ step }) => {
      const taken: Taken = {}
      for (const rate of rates) taken[rate] = await step(order(rate, forMs))
      return taken
    })
  })
  const at = (name: CandidateName, rate: number) => (results.get(name) ?? []).flatMap((taken) => taken[rate] ?? [])
  const of = (name: CandidateName, rate: number, what: (step: Step) => number) => median(at(name, rate).map(what))
  const bareCost = of('bare', busy, serverCost)
  const cost = of('ours', busy, serverCost) / bareCost
  const bareFails = Number.isNaN(bareCost) && at('ours', busy).every(hasPassed)
  const late = of('ours', calm, ({ p50Ms }) => p50Ms) - of('unstored', calm, ({ p50Ms }) => p50Ms)
  const p99 = of('ours', hot, ({ p99Ms }) => p99Ms)
  const resumes = Math.max(...at('ours', busy).map((step) => resumesPerCommits(step) ?? 0))
  return {
    tables: [
      {
        title: 'A hot room',
        note: `Medians of ${options.rounds} rounds. ${columnNote}`,
        columns: stepColumns,
        rows: [calm, busy, hot].flatMap((rate) =>
          candidates.filter((name) => at(name, rate).length > 0).map((name) => rowOf(titles[name], at(name, rate))),
        ),
      },
    ],
    plots: [
      {
        kind: 'bars',
        title: `${busy} messages/s to 1,000 people: CPU per 100,000 deliveries`,
        unit: 'seconds',
        parts: ['server', 'redis and postgres'],
        bars: candidates.map((name) => ({
          name: titles[name],
          values: [
            of(name, busy, serverCost),
            of(name, busy, (step) => ((step.redisMs + step.postgresMs) / Math.max(1, step.deliveries)) * 100),
          ],
        })),
      },
    ],
    targets: [
      target(
        'at 200/s server CPU per delivery is at most that of bare ws with Redis',
        bareFails || cost <= 1,
        bareFails ? 'ours told everybody everything, bare ws did not' : `${cost.toFixed(2)}×`,
      ),
      ...(options.quick
        ? []
        : [target('at 10/s p50 is within 3 ms of the same without storage', late <= 3, `${late.toFixed(1)} ms`)]),
      target(
        'at 5,000/s all is delivered with p99 at most 100 ms',
        at('ours', hot).every(hasPassed) && p99 <= 100,
        `p99 ${p99.toFixed(0)} ms`,
      ),
      target('fewer than one resume per 1,000 commits at 200/s', resumes < 1, resumes.toFixed(2)),
    ],
    othersShare: candidates
      .flatMap((name) => [calm, busy, hot].flatMap((rate) => at(name, rate)))
      .map((step) => step.othersShare),
    raw: Object.fromEntries(results),
    ratios: {
      'hot room, 200/s: server CPU per delivery, ours to bare ws': cost,
      'hot room, 200/s: server CPU per delivery, ours to one INSERT each':
        of('ours', busy, serverCost) / of('stored', busy, serverCost),
    },
  }
}

async function climb({ step }: Session, rates: readonly number[], say: (line: string) => void): Promise<Step[]> {
  const steps: Step[] = []
  for (const rate of rates) {
    for (let tries = 0; tries < 2; tries++) {
      const taken = await step(order(rate, 3_000))
      say(`${rate}/s: ${taken.complete} of ${taken.viewers}, p99 ${taken.p99Ms} ms`)
      steps.push(taken)
      if (hasPassed(taken)) break
    }
    const last = steps.at(-1)
    if (last !== undefined && !hasPassed(last)) break
  }
  return steps
}

async function heights(stage: Stage): Promise<Section> {
  const seats = await seatsOf(stage, plan)
  const climbed = new Map<CandidateName, Step[]>()
  for (const name of candidates) {
    stage.say(titles[name])
    const rates = ladder.filter((rate) => name !== 'ours' || rate >= busy)
    climbed.set(name, await withCrowd(stage, { name, nodes, seats }, (session) => climb(session, rates, stage.say)))
  }
  const best = (name: CandidateName) => bestOf(climbed.get(name) ?? [])
  const times = best('ours') / best('stored')
  return {
    tables: [
      {
        title: 'The highest pace',
        note: `Raised step by step until not everybody hears everything within 3 s or p99 reaches 1 s, twice. ${columnNote}`,
        columns: stepColumns,
        rows: [...climbed].flatMap(([name, steps]) =>
          steps
            .filter(hasPassed)
            .slice(-2)
            .map((step) => rowOf(titles[name], [step])),
        ),
      },
    ],
    plots: [
      {
        kind: 'curves',
        title: 'A message to 1,000 people: p99 by pace',
        x: { title: 'messages/s', log: true },
        y: { title: 'ms', most: 1_000 },
        curves: [...climbed].map(([name, steps]) => ({
          name: titles[name],
          points: steps.filter(hasPassed).map((step) => [step.perSecond, step.p99Ms] as const),
        })),
      },
    ],
    targets: [
      target(
        'the highest pace is at least 20 × that of the usual chat with storage',
        times >= 20,
        `${times.toFixed(1)}× (${[...climbed.keys()].map((name) => `${titles[name]} ${best(name)}`).join(', ')})`,
      ),
    ],
    othersShare: [...climbed.values()].flat().map((step) => step.othersShare),
    raw: Object.fromEntries(climbed),
    ratios: { 'hot room: highest pace, ours to one INSERT each': times },
  }
}

async function proxied(stage: Stage): Promise<Section> {
  const seats = await seatsOf(stage, plan)
  const door = throughNginx(stage)
  const taken = await withCrowd(stage, { name: 'ours', nodes, seats, door }, async ({ step }) => [
    await step(order(busy, 4_000)),
    await step(order(hot, 4_000)),
  ])
  return {
    tables: [
      {
        title: 'Through nginx',
        note: 'Ours as people reach it; what nginx costs is not in these figures.',
        columns: stepColumns,
        rows: taken.map((step) => rowOf('ours, through nginx', [step])),
      },
    ],
    plots: [],
    targets: [],
    othersShare: taken.map((step) => step.othersShare),
    raw: taken,
  }
}

export const hotRoom: Workload = {
  workload: 'hot-room',
  title: 'A hot room',
  about: ({ rounds }) => [
    `${plan.users.toLocaleString('en')} people in one private room on ${nodes} nodes; ${senders} of them, spread over both, send messages of ${bytes} bytes evenly. Nobody marks anything as read.`,
    `The candidates take turns, ${rounds} rounds; a delivery counts if its reader has the whole sequence; times are from the sender's write to the reader's socket, in one process.`,
  ],
  prepare: (stage) => furnish(stage, plan),
  slow: ['heights', 'nginx'],
  parts: { paces, heights, nginx: proxied },
}
