import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { openInstance } from '../../server/cache/instance.ts'
import { openLeaseCache } from '../../server/cache/lease-cache.ts'
import { openMarks } from '../../server/cache/marks.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis, silentLog } from '../kit/open-redis.ts'
import { freshRedisUrl } from '../kit/redis.ts'
import { leaseCacheContract } from './lease-cache.ts'

const options = { leaseMs: 150, markMs: 300, boundMs: 1_000, restMs: 100 }

leaseCacheContract('redis', async () => {
  const redis = await openTestRedis(freshRedisUrl('cache'))
  const epoch = randomUUID()
  const instance = openInstance({ redis, shared: false, epoch: () => epoch, log: silentLog, clock: systemClock })
  onTestFinished(() => instance.close())
  await eventually(() => instance.scope() !== '')
  const state = await openTestRedis(freshRedisUrl())
  await state.client.flushDb()
  return {
    ...openLeaseCache({ redis, clock: systemClock, instance, options }),
    ...openMarks({ redis: state, clock: systemClock, options }),
  }
})

leaseCacheContract('memory', async () => openMemoryLeases({ clock: systemClock, ...options }))
