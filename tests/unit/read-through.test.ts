/** One reader per miss, and nobody is told what was read before they asked. */
import { expect, test } from 'vitest'
import { openReadThrough } from '../../server/cache/read-through.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { metrics, watch } from '../kit/rooms.ts'

const key = '{room}:page:1'

function openNodes(count: number) {
  const clock = openManualClock()
  const cache = openMemoryLeases({ clock, leaseMs: 800, markMs: 60_000 })
  const nodes = Array.from({ length: count }, () => openReadThrough({ leases: cache, marks: cache, clock, metrics }))
  return { clock, cache, nodes }
}

/** A source whose reads end when told. */
function openSource() {
  const reads: PromiseWithResolvers<{ value: string; ttlMs: number }>[] = []
  return {
    reads,
    read() {
      const reading = Promise.withResolvers<{ value: string; ttlMs: number }>()
      reads.push(reading)
      return reading.promise
    },
    end: (index: number, value: string) => reads[index]?.resolve({ value, ttlMs: 60_000 }),
  }
}

test('[C1] a thousand readers of a cold value on three nodes are one read', async () => {
  const { clock, nodes } = openNodes(3)
  const source = openSource()
  const readers = Array.from({ length: 1_000 }, (_, index) =>
    watch(nodes[index % 3]?.(key, source.read) ?? Promise.reject()),
  )
  await clock.advance(100)
  expect(source.reads).toHaveLength(1)
  source.end(0, 'value')
  await clock.advance(100)
  expect(source.reads).toHaveLength(1)
  expect(new Set(readers.map(({ value }) => value?.value))).toEqual(new Set(['value']))
})

test('[C1] if the one who reads dies, one of the others takes over', async () => {
  const { clock, cache, nodes } = openNodes(2)
  await cache.lease(key, 'dead')
  const source = openSource()
  const readers = nodes.map((through) => watch(through(key, source.read)))
  await clock.advance(790)
  expect(source.reads).toHaveLength(0)
  await clock.advance(100)
  expect(source.reads).toHaveLength(1)
  source.end(0, 'value')
  await clock.advance(100)
  expect(readers.map(({ value }) => value)).toEqual(
    expect.arrayContaining([
      { source: 'database', value: 'value' },
      { source: 'cache', value: 'value' },
    ]),
  )
})

test('[C1] however slow the source is, who reads keeps the lease, and nobody reads beside them', async () => {
  const { clock, nodes } = openNodes(3)
  const source = openSource()
  const readers = nodes.map((through) => watch(through(key, source.read)))
  await clock.advance(2_000)
  expect(source.reads).toHaveLength(1)
  source.end(0, 'value')
  await clock.advance(100)
  expect(source.reads).toHaveLength(1)
  expect(readers.map(({ value }) => value?.value)).toEqual(['value', 'value', 'value'])
})

test('[C3] a reader who waited long enough reads for themselves', async () => {
  const { clock, cache, nodes } = openNodes(1)
  const source = openSource()
  await cache.lease(key, 'slow')
  const reader = watch(nodes[0]?.(key, source.read) ?? Promise.reject())
  for (let turn = 0; turn < 7; turn += 1) {
    await clock.advance(400)
    cache.flush()
    await cache.lease(key, 'slow')
  }
  expect(source.reads).toHaveLength(1)
  source.end(0, 'value')
  await clock.advance(1)
  expect(reader.value).toEqual({ source: 'database', value: 'value' })
})

test('[C4] who comes while a read is under way is not answered by it', async () => {
  const { clock, cache, nodes } = openNodes(1)
  const through = nodes[0] ?? (() => Promise.reject())
  const source = openSource()
  const early = watch(through(key, source.read))
  await clock.advance(1)
  await cache.invalidate([key]) // a write, acked before the others ask
  const late = [watch(through(key, source.read)), watch(through(key, source.read))]
  source.end(0, 'old')
  await clock.advance(1)
  expect([early.value?.value, late.map(({ state }) => state)]).toEqual(['old', ['pending', 'pending']])
  source.end(1, 'new')
  await clock.advance(1)
  expect(late.map(({ value }) => value?.value)).toEqual(['new', 'new'])
  expect(source.reads).toHaveLength(2)
})

test('[C3] with the cache away readers still share', async () => {
  const { clock, cache, nodes } = openNodes(1)
  cache.setAway(true)
  const source = openSource()
  const readers = Array.from({ length: 50 }, () => watch(nodes[0]?.(key, source.read) ?? Promise.reject()))
  await clock.advance(1)
  source.end(0, 'value')
  await clock.advance(1)
  source.end(1, 'value')
  await clock.advance(1)
  expect(source.reads).toHaveLength(2)
  expect(readers.every(({ value }) => value?.source === 'database')).toBe(true)
})

test('[X5] a refusal is for the reader it was meant for', async () => {
  const { clock, nodes } = openNodes(1)
  const through = nodes[0] ?? (() => Promise.reject())
  const source = openSource()
  const refused = () => Promise.reject(new Refusal('not-found'))
  const readers = [through(key, source.read), through(key, refused), through(key, source.read)].map(watch)
  await clock.advance(1)
  source.end(0, 'value')
  await clock.advance(1)
  source.end(1, 'value')
  await clock.advance(1)
  expect(readers.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
})

test('[X5] an outage is for all who share the read', async () => {
  const { clock, cache, nodes } = openNodes(1)
  const through = nodes[0] ?? (() => Promise.reject())
  cache.setAway(true)
  let reads = 0
  const down = () => {
    reads += 1
    return Promise.reject(new Refusal('unavailable'))
  }
  const readers = Array.from({ length: 20 }, () => watch(through(key, down)))
  await clock.advance(1)
  expect(readers.every(({ state }) => state === 'rejected')).toBe(true)
  expect(reads).toBe(2)
})

test('a read that failed gives its lease back, one that is not to be kept as well', async () => {
  const { cache, nodes } = openNodes(1)
  const through = nodes[0] ?? (() => Promise.reject())
  await expect(through(key, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await cache.lease(key, 'next')).toEqual({ kind: 'leased' })
  await cache.release(key, 'next')
  await through(key, async () => ({ value: 'passing', ttlMs: 0 }))
  expect(await cache.lease(key, 'next')).toEqual({ kind: 'leased' })
})

test('[C5] what is filled together runs out over a tenth of its time', async () => {
  const { clock, cache, nodes } = openNodes(1)
  const keys = Array.from({ length: 100 }, (_, index) => `{room}:page:${index}`)
  for (const each of keys) await nodes[0]?.(each, async () => ({ value: 'value', ttlMs: 60_000 }))
  await clock.advance(53_999)
  expect(keys.filter(cache.has)).toHaveLength(100)
  await clock.advance(3_000)
  const half = keys.filter(cache.has).length
  expect(half).toBeGreaterThan(10)
  expect(half).toBeLessThan(90)
  await clock.advance(3_001)
  expect(keys.filter(cache.has)).toHaveLength(0)
})
