/** Evens out the sockets: a node that has more than its share asks what is too much to hop, until it has not. [O3] */
import type { NodeView } from '#protocol/panel.ts'
import type { Roster } from '../cache/roster.ts'
import { type Clock, pause } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { beatMs } from './heartbeat.ts'

type Needs = {
  node: { name: string }
  roster: Pick<Roster, 'nodes'>
  /** Asks so many sockets to hop, one after the other; resolves when the last was asked. */
  hop: (count: number) => Promise<void>
  clock: Clock
  log: Log
}

export type Rebalance = {
  /** Begins, unless it is under way. */
  begin(): void
  close(): void
}

type Load = Pick<NodeView, 'name' | 'state' | 'sockets'>

/** People come and go: as much above the mean is no surplus. */
const tolerance = 0.01
/** A proxy that was reloaded counts from nought and sends some of them back: each round leaves a part of what was too much. */
const mostRounds = 8
/** By then everybody has hopped, and every node's beat tells of it. */
const settleMs = 3 * beatMs

/** How many sockets a node has beyond its share; 0 when it is close enough. */
export function surplusOf(nodes: readonly Load[], name: string): number {
  const staying = nodes.filter(({ state }) => state === 'up')
  const own = staying.find((node) => node.name === name)
  if (own === undefined) return 0
  const mean = staying.reduce((sum, { sockets }) => sum + sockets, 0) / staying.length
  const surplus = own.sockets - Math.ceil(mean)
  return surplus > Math.max(1, mean * tolerance) ? surplus : 0
}

/** The nodes that beat, as they last did. */
export async function loads(roster: Pick<Roster, 'nodes'>): Promise<NodeView[]> {
  return (await roster.nodes()).map(({ view }) => JSON.parse(view))
}

/** Those who would have something to do. */
export const crowdedOf = (nodes: readonly Load[]): string[] =>
  nodes.map(({ name }) => name).filter((name) => surplusOf(nodes, name) > 0)

export function openRebalance({ node, roster, hop, clock, log }: Needs): Rebalance {
  let isUnderWay = false
  let isClosed = false

  async function run(): Promise<void> {
    for (let round = 1; round <= mostRounds && !isClosed; round += 1) {
      const surplus = surplusOf(await loads(roster), node.name)
      if (surplus === 0) return
      log.info({ event: 'rebalancing', round, surplus })
      await hop(surplus)
      await pause(clock, settleMs)
    }
  }

  return {
    begin() {
      if (isUnderWay) return
      isUnderWay = true
      run()
        .catch((fault: unknown) => log.warn({ event: 'rebalance-failed', err: fault }))
        .finally(() => {
          isUnderWay = false
        })
    },
    close() {
      isClosed = true
    },
  }
}
