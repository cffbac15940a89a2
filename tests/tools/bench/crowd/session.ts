/** A candidate with its crowd before it, for as long as it is measured. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Stage } from '../instrument/stage.ts'
import type { Worker } from '../instrument/worker.ts'
import { type CandidateName, openCandidate, type Standing } from '../rivals/candidates.ts'
import { fill, measure, type RunOrder, type Step, startCrowd } from './measure.ts'
import type { Seat } from './person.ts'
import { spreadOver } from './seats.ts'

type Needs = {
  name: CandidateName
  nodes: number
  seats: readonly Omit<Seat, 'port'>[]
  /** Where people go instead of straight to the nodes. */
  door?: (standing: Standing) => Promise<{ ports: number[]; close(): Promise<void> }>
  preload?: URL
}

export type Session = { standing: Standing; crowd: Worker; step(order: RunOrder): Promise<Step> }

/** What opening leaves behind, such as presence being told, is to be over. */
const restMs = 1_500

export async function withCrowd<Value>(
  stage: Stage,
  { name, nodes, seats, door, preload }: Needs,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  const standing = await openCandidate(stage, name, { nodes, preload })
  const crowd = await startCrowd()
  const front = door === undefined ? { ports: standing.ports, close: async () => {} } : await door(standing)
  try {
    await fill(crowd, standing, spreadOver(seats, front.ports))
    await pause(restMs)
    return await work({ standing, crowd, step: (order) => measure(stage, standing, crowd, order) })
  } finally {
    await crowd.close()
    await front.close()
    await standing.close()
  }
}
