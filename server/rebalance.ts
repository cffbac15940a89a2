/** An operator's word from outside the nodes: whoever has the cluster's secret and its Redis may have it rebalanced. */
import { openRedis } from './cache/redis.ts'
import { openRoster } from './cache/roster.ts'
import { openOrders } from './cluster/orders.ts'
import { openSeal } from './cluster/seal.ts'
import type { Config } from './config.ts'
import { systemClock as clock, within } from './kit/clock.ts'
import type { Log } from './kit/log.ts'
import { openMetrics } from './kit/metrics.ts'

const boundMs = 5_000

/** Resolves with the nodes that were told to share out their sockets, none if all have about as many. */
export async function rebalance({ config, log }: { config: Config; log: Log }): Promise<string[]> {
  const metrics = openMetrics({ node: config.node.name, version: '' })
  const redis = openRedis({ url: config.redis.url, name: 'operator', log, metrics, clock })
  const orders = openOrders({
    redis,
    roster: openRoster({ redis }),
    seal: openSeal({ secret: config.session.secret }),
    chaosAllowed: config.chaos,
    clock,
    log,
  })
  try {
    const connected = new Promise<void>((resolve) => redis.onReady(resolve))
    await within(clock, boundMs, 'reach redis', connected)
    return await orders.rebalance('operator')
  } finally {
    await redis.close()
  }
}
