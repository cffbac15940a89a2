/** What a node is told to do, and how it tells others: orders, and the rebalancing that they begin. */
import type { Redis } from './cache/redis.ts'
import type { Roster } from './cache/roster.ts'
import { deeds } from './cluster/deeds.ts'
import type { Node } from './cluster/node.ts'
import { openObedience } from './cluster/obedience.ts'
import { type Orders, openOrders } from './cluster/orders.ts'
import { openRebalance } from './cluster/rebalance.ts'
import { openSeal } from './cluster/seal.ts'
import type { Config } from './config.ts'
import { openSubscriber } from './fanout/subscriber.ts'
import type { Clock } from './kit/clock.ts'
import type { Keep } from './kit/closing.ts'
import type { Log } from './kit/log.ts'

type Needs = {
  config: Config
  node: Node
  publisher: Redis
  subscriber: Redis
  roster: Roster
  hop: (count: number) => Promise<void>
  clock: Clock
  log: Log
  keep: Keep
}

export function openOrdered({ config, node, publisher, subscriber, roster, hop, clock, log, keep }: Needs): Orders {
  const seal = openSeal({ secret: config.session.secret })
  const chaosAllowed = config.chaos
  const subscriptions = keep(openSubscriber({ link: subscriber, clock }))
  const rebalance = keep(openRebalance({ node, roster, hop, clock, log }))
  const own = { ...deeds, rebalance: rebalance.begin }
  openObedience({ node, subscriptions, seal, chaosAllowed, deeds: own, clock, log })
  return openOrders({ redis: publisher, roster, seal, chaosAllowed, clock, log })
}
