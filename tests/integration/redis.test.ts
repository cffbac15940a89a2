/** What becomes of a client while its Redis is killed, held still, or started again. */
import { expect, onTestFinished, test } from 'vitest'
import { openRedis } from '../../server/cache/redis.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis, silentLog, testMetrics } from '../kit/open-redis.ts'
import { freshRedisUrl, type OwnRedis, openOwnRedis } from '../kit/redis.ts'

async function ownRedis(): Promise<OwnRedis> {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  return own
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

test('a client opened before its Redis is there connects once it is', async () => {
  const own = await ownRedis()
  await own.kill()
  const redis = openRedis({ url: own.url, name: 'test', log: silentLog, metrics: testMetrics(), clock: systemClock })
  onTestFinished(() => redis.close())
  let readied = 0
  redis.onReady(() => {
    readied += 1
  })
  await expect(redis.ask('read', (client) => client.get('key'))).rejects.toThrow('away')
  await own.start()
  await eventually(() => redis.healthy())
  expect(readied).toBe(1)
})

test('a killed Redis fails commands at once, tells the metric, and is ready again by itself', async () => {
  const own = await ownRedis()
  const metrics = testMetrics()
  const redis = await openTestRedis(own.url, metrics)
  let readied = 0
  redis.onReady(() => {
    readied += 1
  })
  expect(readied).toBe(1)
  await own.kill()
  await eventually(() => !redis.healthy(), { withinMs: 500 })
  expect(await metrics.text()).toContain('parley_outage{service="redis-test",node="test"} 1')
  expect(await msOf(() => redis.ask('read', (client) => client.get('key')).catch(() => {}))).toBeLessThan(50)
  await expect(redis.client.get('key')).rejects.toThrow()
  await own.start()
  await eventually(() => redis.healthy(), { withinMs: 3_000 })
  expect(readied).toBe(2)
  expect(await metrics.text()).toContain('parley_outage{service="redis-test",node="test"} 0')
  await redis.client.set('key', 'value')
})

test('a hung Redis costs its bound, then nothing, and a fresh connection serves within 2 s of its waking', async () => {
  const own = await ownRedis()
  const redis = await openTestRedis(own.url)
  own.pause()
  const first = await msOf(() => redis.ask('read', (client) => client.get('key')).catch(() => {}))
  expect(first).toBeGreaterThan(1_000)
  expect(first).toBeLessThan(2_000)
  await eventually(() => !redis.healthy(), { withinMs: 3_000 })
  // a steady stream of commands keeps a dead connection looking alive: only asking tells
  const flood = setInterval(() => void redis.client.get('key').catch(() => {}), 10)
  onTestFinished(() => clearInterval(flood))
  expect(await msOf(() => redis.ask('read', (client) => client.get('key')).catch(() => {}))).toBeLessThan(50)
  await eventually(() => !redis.client.isReady, { withinMs: 5_000 })
  own.resume()
  await eventually(() => redis.healthy(), { withinMs: 2_000 })
  expect(await redis.client.get('key')).toBeNull()
})

test('closing ends a client that is connected, one that is not, and one whose Redis hangs', async () => {
  const own = await ownRedis()
  const [calm, hung] = [await openTestRedis(freshRedisUrl()), await openTestRedis(own.url)]
  await calm.close()
  expect(calm.client.isOpen).toBe(false)
  own.pause()
  void hung.client.get('key').catch(() => {})
  expect(await msOf(() => hung.close())).toBeLessThan(3_500)
  expect(hung.client.isOpen).toBe(false)
  own.resume()
  await own.kill()
  const lost = openRedis({ url: own.url, name: 'test', log: silentLog, metrics: testMetrics(), clock: systemClock })
  await lost.close()
  expect(lost.client.isOpen).toBe(false)
})
