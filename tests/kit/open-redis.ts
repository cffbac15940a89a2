/** A client of Redis as the server opens it, for a test: ready, silent, and closed when the test is over. */
import { onTestFinished } from 'vitest'
import { openRedis, type Redis } from '../../server/cache/redis.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { type Log, openLog } from '../../server/kit/log.ts'
import { type Metrics, openMetrics } from '../../server/kit/metrics.ts'
import { eventually } from './eventually.ts'

export const silentLog: Log = openLog({ node: 'test', level: 'silent', pretty: false })

export const testMetrics = (): Metrics => openMetrics({ node: 'test', version: 'test' })

export async function openTestRedis(
  url: string,
  metrics: Pick<Metrics, 'outages' | 'pingSeconds'> = testMetrics(),
): Promise<Redis> {
  const redis = openRedis({ url, name: 'test', log: silentLog, metrics, clock: systemClock })
  onTestFinished(() => redis.close())
  await eventually(() => redis.healthy())
  return redis
}
