import { expect, test } from 'vitest'
import { type Debt, openDebts } from '../../server/cache/debts.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { metrics, silent } from '../kit/rooms.ts'

async function openBook() {
  const cache = openMemoryLeases({ clock: systemClock, leaseMs: 800, markMs: 60_000 })
  let rows: Debt[] = []
  let next = 0
  const calls: string[][] = []
  const state: { isAway: boolean; gate: Promise<void> } = { isAway: false, gate: Promise.resolve() }
  const book = {
    async owe(keys: string[]) {
      calls.push(keys)
      await state.gate
      if (state.isAway) throw new Error('the store is away')
      rows.push(...keys.map((key, index) => ({ id: String(next + index), key })))
      next += keys.length
    },
    list: async (limit: number) => rows.slice(0, limit),
    async paid(ids: string[]) {
      rows = rows.filter(({ id }) => !ids.includes(id))
    },
  }
  async function fill(key: string): Promise<void> {
    await cache.lease(key, 'filler')
    await cache.fill(key, 'filler', { value: 'old', ttlMs: 60_000 })
  }
  const debts = openDebts({ book, leases: cache, metrics, log: silent })
  return { cache, state, calls, fill, debts, keys: () => rows.map(({ key }) => key) }
}

test('[C8] what is owed is paid by whoever can, and then forgotten', async () => {
  const { cache, fill, debts, keys } = await openBook()
  await fill('{room}:tail')
  await fill('{room}:page:1')
  await debts.owe(['{room}:tail'])
  await debts.pay()
  expect([cache.has('{room}:tail'), cache.has('{room}:page:1'), keys()]).toEqual([false, true, []])
})

test('[C8] a debt stays until the cache can be reached', async () => {
  const { cache, fill, debts, keys } = await openBook()
  await fill('{room}:tail')
  await debts.owe(['{room}:tail'])
  cache.setAway(true)
  await debts.pay()
  expect(keys()).toEqual(['{room}:tail'])
  cache.setAway(false)
  await debts.pay()
  expect([cache.has('{room}:tail'), keys()]).toEqual([false, []])
})

test('many debts are paid in one go', async () => {
  const { cache, fill, debts, keys } = await openBook()
  const all = Array.from({ length: 1_234 }, (_, index) => `{room}:page:${index}`)
  for (const key of all) await fill(key)
  await debts.owe(all)
  await debts.pay()
  expect([keys(), all.filter(cache.has)]).toEqual([[], []])
})

test('debts that come while one is being noted go together, each once', async () => {
  const { state, calls, debts, keys } = await openBook()
  const gate = Promise.withResolvers<void>()
  state.gate = gate.promise
  const noted = [debts.owe(['a']), debts.owe(['b', 'c']), debts.owe(['c']), debts.owe(['b'])]
  gate.resolve()
  await Promise.all(noted)
  expect(calls).toEqual([['a'], ['b', 'c']])
  expect(keys()).toEqual(['a', 'b', 'c'])
})

test('a debt that could not be noted troubles nobody and is noted the next time', async () => {
  const { state, debts, keys } = await openBook()
  state.isAway = true
  await debts.owe(['a'])
  expect(keys()).toEqual([])
  state.isAway = false
  await debts.owe(['b'])
  expect(keys()).toEqual(['a', 'b'])
})
