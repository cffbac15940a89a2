/** Orders from whoever took an admin's call to the node it names: sealed, over Redis, for one run of it, good for seconds. [O1] */
import { randomUUID } from 'node:crypto'
import type { NodeView, OrderVerb } from '#protocol/panel.ts'
import type { Redis } from '../cache/redis.ts'
import type { Roster } from '../cache/roster.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { Refusal } from '../kit/refusal.ts'
import { crowdedOf, loads } from './rebalance.ts'
import type { Seal } from './seal.ts'

/** `startedAt` names the run: whoever comes back under the name of one that was killed is not meant. */
export type Order = {
  node: string
  startedAt: string
  verb: OrderVerb
  /** Who gave it, for the log. */
  by: string
  nonce: string
  expiresAtMs: number
}

type Needs = {
  redis: Pick<Redis, 'ask'>
  roster: Pick<Roster, 'nodes'>
  seal: Pick<Seal, 'close'>
  /** Whether orders that do harm may be given. [O2] */
  chaosAllowed: boolean
  clock: Clock
  log: Log
}

export type Orders = {
  /**
   * Resolves when the order was heard, which is not yet obeyed. Refuses `forbidden` where chaos is denied, `not-found` when
   * no such node beats, `unavailable` when nobody can be reached.
   */
  give(order: { node: string; verb: OrderVerb; by: string }): Promise<void>
  /** Has every node with a surplus of sockets share it out; answers who they are. [O3] */
  rebalance(by: string): Promise<string[]>
}

export const orderChannel = 'parley:orders'
/** An order is for now: what is delivered later is not obeyed. The nodes' clocks must agree better than that. */
export const orderLivesMs = 5_000

/** Whatever ends or holds up a node. */
export const isHarmful = (verb: OrderVerb) => verb !== 'rebalance'

export function openOrders({ redis, roster, seal, chaosAllowed, clock, log }: Needs): Orders {
  async function views(): Promise<NodeView[]> {
    return await loads(roster).catch((cause: unknown) => {
      throw new Refusal('unavailable', { definite: true, retryInMs: 1_000, cause })
    })
  }

  async function give({ node, verb, by }: Pick<Order, 'node' | 'verb' | 'by'>): Promise<void> {
    if (isHarmful(verb) && !chaosAllowed) throw new Refusal('forbidden', { detail: 'chaos is not allowed here' })
    const run = (await views()).find(({ name }) => name === node)
    if (run === undefined) throw new Refusal('not-found', { detail: 'there is no such node' })
    const { startedAt } = run
    const order: Order = { node, startedAt, verb, by, nonce: randomUUID(), expiresAtMs: clock.now() + orderLivesMs }
    const sealed = seal.close(JSON.stringify(order))
    const heard = await redis
      .ask('give an order', (client) => client.sPublish(orderChannel, sealed))
      .catch((cause: unknown) => {
        throw new Refusal('unavailable', { cause })
      })
    if (heard === 0) throw new Refusal('unavailable', { definite: true, retryInMs: 1_000 })
    log.info({ event: 'order-given', to: node, verb, by })
  }

  return {
    give,
    async rebalance(by) {
      const crowded = crowdedOf(await views())
      await Promise.all(crowded.map((node) => give({ node, verb: 'rebalance', by })))
      return crowded
    },
  }
}
