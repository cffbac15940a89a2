/** W3, many rooms: five hundred small ones, where every message is its own and nothing can be shared but the commit. */
import { hasPassed, type Step } from './crowd/measure.ts'
import { furnish, type Plan, seatsOf } from './crowd/seats.ts'
import { withCrowd } from './crowd/session.ts'
import { bestOf, columnNote, rowOf, stepColumns, wholeCost } from './crowd/tables.ts'
import { target } from './crowd/target.ts'
import type { Section } from './instrument/report.ts'
import { interleave } from './instrument/rounds.ts'
import { median } from './instrument/samples.ts'
import type { Stage } from './instrument/stage.ts'
import { type CandidateName, candidates, titles } from './rivals/candidates.ts'
import type { Options, Workload } from './workload.ts'

const plan: Plan = { place: 3, users: 2_000, block: 4, rooms: 1 }
const nodes = 2
const [usual, high] = [1_000, 4_000]
const rates = [usual, 2_000, high, 8_000]

const order = (perSecond: number, forMs: number) => ({
  senders: plan.users,
  perSecond,
  forMs,
  settleMs: 3_000,
  bytes: 120,
})

async function paces(stage: Stage, options: Options): Promise<Section> {
  const seats = await seatsOf(stage, plan, { mixed: true })
  const some = options.quick ? candidates.filter((name) => name !== 'unstored') : candidates
  const results = await interleave(some, options.rounds, async (name, round): Promise<Step[]> => {
    stage.say(`round ${round + 1}: ${titles[name]}`)
    return await withCrowd(stage, { name, nodes, seats }, async ({ step }) => {
      const taken: Step[] = []
      for (const rate of options.quick ? [usual] : rates) {
        taken.push(await step(order(rate, options.quick ? 2_000 : 3_000)))
        if (taken.at(-1)?.complete === 0) break // what waits would spoil the next step
      }
      return taken
    })
  })
  const at = (name: CandidateName, rate: number) =>
    (results.get(name) ?? []).flat().filter(({ perSecond }) => perSecond === rate)
  const of = (name: CandidateName, rate: number, what: (step: Step) => number) => median(at(name, rate).map(what))
  const cost = of('ours', usual, wholeCost) / of('stored', usual, wholeCost)
  const late = of('ours', high, ({ p99Ms }) => p99Ms)
  const all = [...results.values()].flat(2)
  return {
    tables: [
      {
        title: 'Many rooms',
        note: `Medians of ${options.rounds} rounds. ${columnNote}`,
        columns: stepColumns,
        rows: rates.flatMap((rate) =>
          candidates.filter((name) => at(name, rate).length > 0).map((name) => rowOf(titles[name], at(name, rate))),
        ),
      },
    ],
    plots: [
      {
        kind: 'bars',
        title: '1,000 messages/s in 500 rooms: CPU per 100,000 deliveries',
        unit: 'seconds',
        parts: ['server, redis and postgres'],
        bars: candidates.map((name) => ({ name: titles[name], values: [of(name, usual, wholeCost)] })),
      },
    ],
    targets: [
      target(
        'at 1,000/s server, Redis and Postgres together cost at most 0.5 × the usual chat with storage',
        cost <= 0.5,
        `${cost.toFixed(2)}×`,
      ),
      ...(options.quick
        ? []
        : [
            target(
              'at 4,000/s all is delivered with p99 at most 60 ms',
              at('ours', high).every(hasPassed) && late <= 60,
              `p99 ${late.toFixed(0)} ms`,
            ),
          ]),
    ],
    othersShare: all.map((step) => step.othersShare),
    raw: { ...Object.fromEntries(results), best: candidates.map((name) => bestOf((results.get(name) ?? []).flat())) },
    ratios: { 'many rooms, 1,000/s: all CPU per delivery, ours to one INSERT each': cost },
  }
}

export const manyRooms: Workload = {
  workload: 'many-rooms',
  title: 'Many rooms',
  about: ({ rounds }) => [
    `${plan.users / plan.block} private rooms of ${plan.block} on ${nodes} nodes; all ${plan.users.toLocaleString('en')} people send in turn, messages of 120 bytes, evenly.`,
    `The candidates take turns, ${rounds} rounds; a delivery counts if its reader has the whole sequence.`,
  ],
  prepare: (stage) => furnish(stage, plan),
  parts: { paces },
}
