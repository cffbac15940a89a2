/** A node's cache on real Redis, ready, and closed when the test is over. */
import { onTestFinished } from 'vitest'
import { openInstance } from '../../server/cache/instance.ts'
import { openLeaseCache } from '../../server/cache/lease-cache.ts'
import { openMarks } from '../../server/cache/marks.ts'
import { openReadThrough } from '../../server/cache/read-through.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { eventually } from './eventually.ts'
import { openTestRedis, silentLog, testMetrics } from './open-redis.ts'

type Needs = {
  cacheUrl: string
  stateUrl: string
  /** Whether both are one instance. */
  shared?: boolean
  epoch?: string
}

export async function openCacheNode({ cacheUrl, stateUrl, shared = false, epoch = 'one' }: Needs) {
  const [redis, state] = await Promise.all([openTestRedis(cacheUrl), openTestRedis(stateUrl)])
  const clock = systemClock
  const metrics = testMetrics()
  const instance = openInstance({ redis, shared, epoch: () => epoch, log: silentLog, clock })
  onTestFinished(() => instance.close())
  const leases = openLeaseCache({ redis, clock, instance })
  const marks = openMarks({ redis: state, clock })
  await eventually(() => leases.reachable())
  const through = openReadThrough({ leases, marks, clock, metrics })
  return { redis, state, instance, leases, marks, through, clock, metrics, log: silentLog }
}
