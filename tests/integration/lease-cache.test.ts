/** The lease cache on real Redis: one read per miss, and what an outage, a restart or a full memory does to it. */
import { expect, onTestFinished, test } from 'vitest'
import type { Found } from '../../server/cache/read-through.ts'
import { must } from '../../server/kit/must.ts'
import { openCacheNode } from '../kit/cache-node.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis } from '../kit/open-redis.ts'
import { freshRedisUrl, openOwnRedis } from '../kit/redis.ts'

const key = '{room}:page:1'
const minute = 60_000

async function ownRedis(role: 'state' | 'cache') {
  const own = await openOwnRedis(role)
  onTestFinished(() => own.close())
  return own
}

/** A source that takes its time, and counts. */
function openSource(takesMs = 20) {
  const source = {
    reads: 0,
    value: 'value',
    async read() {
      source.reads += 1
      const { value } = source
      await new Promise((resolve) => setTimeout(resolve, takesMs))
      return { value, ttlMs: minute }
    },
  }
  return source
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function openThree() {
  const urls = { cacheUrl: freshRedisUrl('cache'), stateUrl: freshRedisUrl() }
  const nodes = [await openCacheNode(urls), await openCacheNode(urls), await openCacheNode(urls)]
  await nodes[0]?.redis.client.flushDb()
  return nodes
}

test('[C1] a thousand readers of one cold page over three nodes are one read', async () => {
  const nodes = await openThree()
  const source = openSource()
  const reads = Array.from({ length: 1_000 }, (_, at) =>
    must(nodes[at % 3], 'there are three').through(key, source.read),
  )
  expect(new Set((await Promise.all(reads)).map(({ value }) => value))).toEqual(new Set(['value']))
  expect(source.reads).toBe(1)
})

test('[C1] if the one who holds the lease dies, a thousand readers are at most three reads', async () => {
  const nodes = await openThree()
  const source = openSource()
  await nodes[0]?.leases.lease(key, 'dead')
  const reads = Array.from({ length: 1_000 }, (_, at) =>
    must(nodes[at % 3], 'there are three').through(key, source.read),
  )
  const took = await msOf(() => Promise.all(reads))
  expect(source.reads).toBeGreaterThan(0)
  expect(source.reads).toBeLessThanOrEqual(3)
  expect(took).toBeLessThan(2_500)
})

test('[C3] a killed cache is slower, not wrong, and comes back empty', async () => {
  const own = await ownRedis('cache')
  const node = await openCacheNode({ cacheUrl: own.url, stateUrl: freshRedisUrl() })
  const source = openSource(1)
  await node.through(key, source.read)
  expect(await node.through(key, source.read)).toEqual({ source: 'cache', value: 'value' })
  await own.kill()
  source.value = 'changed while it was away'
  const away: Found[] = []
  expect(await msOf(async () => away.push(await node.through(key, source.read)))).toBeLessThan(250)
  expect(away).toEqual([{ source: 'database', value: 'changed while it was away' }])
  await eventually(() => !node.leases.reachable())
  expect(await msOf(() => node.through(key, source.read))).toBeLessThan(50)
  await own.start()
  await eventually(() => node.leases.reachable())
  expect(await node.through(key, source.read)).toEqual({ source: 'database', value: 'changed while it was away' })
  expect((await node.through(key, source.read)).source).toBe('cache')
})

test('[C3] a hung cache costs its bound once, and readers beside it nothing', async () => {
  const own = await ownRedis('cache')
  const node = await openCacheNode({ cacheUrl: own.url, stateUrl: freshRedisUrl() })
  const source = openSource(1)
  own.pause()
  expect(await msOf(() => node.through(key, source.read))).toBeLessThan(600)
  expect(await msOf(() => node.through('{other}:page:1', source.read))).toBeLessThan(50)
  own.resume()
  await eventually(async () => expect((await node.through(key, source.read)).source).toBe('cache'), { withinMs: 8_000 })
})

test('[C8] nobody fills while it cannot be known who writes', async () => {
  const own = await ownRedis('state')
  const node = await openCacheNode({ cacheUrl: freshRedisUrl('cache'), stateUrl: own.url })
  await node.redis.client.flushDb()
  const source = openSource(1)
  await own.kill()
  await node.through(key, source.read)
  expect((await node.through(key, source.read)).source).toBe('database')
  await own.start()
  await eventually(async () => expect((await node.through(key, source.read)).source).toBe('cache'))
})

test('[C9] what was kept in another epoch is never found', async () => {
  const urls = { cacheUrl: freshRedisUrl('cache'), stateUrl: freshRedisUrl() }
  const before = await openCacheNode({ ...urls, epoch: 'one' })
  const source = openSource(1)
  await before.through(key, source.read)
  const after = await openCacheNode({ ...urls, epoch: 'two' })
  source.value = 'restored'
  expect(await after.through(key, source.read)).toEqual({ source: 'database', value: 'restored' })
})

test('[C9] one instance for both: after its restart nothing cached is found, or left, and the sessions are there', async () => {
  const own = await ownRedis('state')
  const node = await openCacheNode({ cacheUrl: own.url, stateUrl: own.url, shared: true })
  const source = openSource(1)
  await node.through(key, source.read)
  await node.state.client.set('session:one', 'ada', { expiration: { type: 'EX', value: 600 } })
  const [cached] = await node.redis.client.keys('cache:*')
  await own.kill()
  await own.start()
  await eventually(() => node.leases.reachable() && node.state.healthy())
  source.value = 'changed while it was away'
  expect(await node.through(key, source.read)).toEqual({ source: 'database', value: 'changed while it was away' })
  await eventually(async () => expect(await node.redis.client.exists(must(cached, 'it was cached'))).toBe(0))
  expect(await node.state.client.get('session:one')).toBe('ada')
})

test('[C7] a full cache evicts pages, the least used first, and no session', async () => {
  const [cache, state] = [await ownRedis('cache'), await ownRedis('state')]
  const node = await openCacheNode({ cacheUrl: cache.url, stateUrl: state.url })
  const limit = 16 * 1024 * 1024
  await node.redis.client.configSet('maxmemory', String(limit))
  for (let user = 0; user < 100; user += 1) {
    await node.state.client.set(`session:${user}`, 'ada', { expiration: { type: 'EX', value: 600 } })
  }
  const page = { value: 'x'.repeat(20_000), ttlMs: minute }
  const hot = '{hot}:tail'
  for (let room = 0; room < 3_000; room += 1) {
    await node.through(`{${room}}:page:1`, async () => page)
    if (room % 10 === 0) await node.through(hot, async () => page)
  }
  const left = await node.redis.client.dbSize()
  expect(left).toBeGreaterThan(100)
  expect(left).toBeLessThan(1_000)
  expect((await node.through(hot, async () => page)).source).toBe('cache')
  const used = Number(/used_memory:(\d+)/.exec(await node.redis.client.info('memory'))?.[1])
  expect(used).toBeLessThan(limit * 1.1)
  expect(await node.state.client.dbSize()).toBe(100)
})

test('[C7] one instance for both: the cache stops at half the memory, and sessions still fit', async () => {
  const own = await ownRedis('state')
  const limit = 24 * 1024 * 1024
  await (await openTestRedis(own.url)).client.configSet('maxmemory', String(limit))
  const node = await openCacheNode({ cacheUrl: own.url, stateUrl: own.url, shared: true })
  const page = { value: 'x'.repeat(20_000), ttlMs: minute }
  for (let room = 0; room < 3_000; room += 1) await node.through(`{${room}}:page:1`, async () => page)
  const used = Number(/used_memory:(\d+)/.exec(await node.redis.client.info('memory'))?.[1])
  expect(used).toBeGreaterThan(limit / 3)
  expect(used).toBeLessThan(limit * 0.6)
  await node.state.client.set('session:one', 'ada', { expiration: { type: 'EX', value: 600 } })
  expect(await node.state.client.get('session:one')).toBe('ada')
})
