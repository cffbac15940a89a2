/** W6, growth: the same work on one node, two, three and four. What does it cost that they must tell each other? */
import type { Step } from './crowd/measure.ts'
import { furnish, type Plan, seatsOf } from './crowd/seats.ts'
import { withCrowd } from './crowd/session.ts'
import { columnNote, rowOf, serverCost, stepColumns } from './crowd/tables.ts'
import { target } from './crowd/target.ts'
import type { Section } from './instrument/report.ts'
import { interleave } from './instrument/rounds.ts'
import { median } from './instrument/samples.ts'
import type { Stage } from './instrument/stage.ts'
import type { Options, Workload } from './workload.ts'

const plan: Plan = { place: 6, users: 1_000, block: 1_000, rooms: 1 }
const sizes = ['1', '2', '3', '4'] as const
type Size = (typeof sizes)[number]
const order = { senders: 52, perSecond: 200, forMs: 4_000, settleMs: 3_000, bytes: 120 }

async function nodes(stage: Stage, options: Options): Promise<Section> {
  const seats = await seatsOf(stage, plan)
  const results = await interleave(sizes, options.rounds, async (size: Size, round) => {
    stage.say(`round ${round + 1}: ${size} nodes`)
    return await withCrowd(stage, { name: 'ours', nodes: Number(size), seats }, ({ step }) => step(order))
  })
  const of = (size: Size, what: (step: Step) => number) => median((results.get(size) ?? []).map(what))
  const grown = of('4', serverCost) / of('1', serverCost)
  return {
    tables: [
      {
        title: 'Growth',
        note: `Medians of ${options.rounds} rounds. ${columnNote}`,
        columns: stepColumns,
        rows: [...results].map(([size, steps]) => rowOf(`${size} nodes`, steps)),
      },
    ],
    plots: [
      {
        kind: 'curves',
        title: 'CPU per 100,000 deliveries by nodes',
        x: { title: 'nodes' },
        y: { title: 'seconds, all server processes' },
        curves: [
          { name: 'ours', points: [...results.keys()].map((size) => [Number(size), of(size, serverCost)] as const) },
        ],
      },
    ],
    targets: [
      target('a delivery costs at 4 nodes at most 1.25 × what it costs at 1', grown <= 1.25, `${grown.toFixed(2)}×`),
    ],
    othersShare: [...results.values()].flat().map((step) => step.othersShare),
    raw: Object.fromEntries(results),
    ratios: { 'growth: server CPU per delivery, 4 nodes to 1': grown },
  }
}

export const growth: Workload = {
  workload: 'growth',
  title: 'Growth',
  about: () => [
    `${plan.users.toLocaleString('en')} people in one room, ${order.senders} of them send ${order.perSecond} messages a second in all, whatever the number of nodes.`,
  ],
  prepare: (stage) => furnish(stage, plan),
  slow: ['nodes'],
  parts: { nodes },
}
