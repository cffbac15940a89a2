/** Records of users: one look, one query, and never an old name after a change was answered. */
import { beforeEach, expect, test } from 'vitest'
import { openChange } from '../../server/cache/change.ts'
import { openReadThrough } from '../../server/cache/read-through.ts'
import { openUserCache, type UserCache } from '../../server/cache/user-cache.ts'
import { type MemoryLeases, openMemoryLeases } from '../fakes/memory-leases.ts'
import { type ManualClock, openManualClock } from '../kit/manual-clock.ts'
import { metrics, watch } from '../kit/rooms.ts'

type Person = { id: string; name: string }

let clock: ManualClock
let cache: MemoryLeases
let table: Map<string, Person>
let queries: string[][]
let owed: string[]
let nodes: UserCache<Person>[]

beforeEach(() => {
  clock = openManualClock()
  cache = openMemoryLeases({ clock, leaseMs: 800, markMs: 60_000 })
  table = new Map(['ada', 'bob', 'eve'].map((id) => [id, { id, name: id.toUpperCase() }]))
  queries = []
  owed = []
  const common = { leases: cache, marks: cache, metrics, clock }
  const change = openChange({ ...common, owe: async (keys) => void owed.push(...keys) })
  nodes = [0, 1].map(() => openUserCache({ ...common, change, through: openReadThrough(common), read }))
})

async function read(ids: string[]): Promise<Person[]> {
  queries.push(ids)
  return ids.flatMap((id) => table.get(id) ?? [])
}

const node = (index = 0): UserCache<Person> => nodes[index] ?? node()

async function namesOf(ids: string[], index = 0) {
  const { source, users } = await node(index).byIds(ids)
  return { source, names: users.map(({ name }) => name).sort((a, b) => a.localeCompare(b)) }
}

async function rename(id: string, name: string, index = 0): Promise<void> {
  await node(index).changing(id, async () => void table.set(id, { id, name }))
}

test('a batch is one look and one query for what is missing', async () => {
  expect(await namesOf(['ada', 'bob'])).toEqual({ source: 'database', names: ['ADA', 'BOB'] })
  expect(await namesOf(['bob', 'ada', 'ada'], 1)).toEqual({ source: 'cache', names: ['ADA', 'BOB'] })
  expect(await namesOf(['ada', 'eve', 'nobody'])).toEqual({ source: 'database', names: ['ADA', 'EVE'] })
  expect(queries).toEqual([
    ['ada', 'bob'],
    ['eve', 'nobody'],
  ])
  expect(await node().byIds([])).toEqual({ source: 'cache', users: [] })
})

test('somebody who does not exist is remembered as such, but not for long', async () => {
  expect(await node().byId('nobody')).toBeNull()
  expect(await node(1).byId('nobody')).toBeNull()
  expect(queries).toEqual([['nobody']])
  table.set('nobody', { id: 'nobody', name: 'SOMEBODY' })
  await clock.advance(10_000)
  expect(await node().byId('nobody')).toMatchObject({ source: 'database', user: { name: 'SOMEBODY' } })
})

test('[C6] after a change no node has the old record', async () => {
  await namesOf(['ada'])
  await rename('ada', 'ADA THE SECOND')
  expect(await namesOf(['ada'], 1)).toEqual({ source: 'database', names: ['ADA THE SECOND'] })
  expect(owed).toEqual([])
})

test('[C2] [C6] who read before the change cannot fill after it', async () => {
  const slow = Promise.withResolvers<void>()
  const common = { leases: cache, marks: cache, metrics, clock }
  const reader = openUserCache<Person>({
    ...common,
    change: openChange({ ...common, owe: async () => {} }),
    through: openReadThrough(common),
    async read(ids) {
      const found = await read(ids)
      await slow.promise
      return found
    },
  })
  const early = reader.byId('ada')
  await clock.advance(1)
  await rename('ada', 'ADA THE SECOND')
  slow.resolve()
  expect((await early)?.user.name).toBe('ADA')
  expect(await namesOf(['ada'])).toEqual({ source: 'database', names: ['ADA THE SECOND'] })
})

test('[C6] while the change is on its way, nobody fills; if its writer dies, the old record stays away', async () => {
  await namesOf(['ada'])
  const { promise: never } = Promise.withResolvers<void>()
  void node().changing('ada', () => never)
  await clock.advance(1)
  expect((await namesOf(['ada'], 1)).source).toBe('database')
  table.set('ada', { id: 'ada', name: 'ADA THE SECOND' })
  expect(await namesOf(['ada'], 1)).toEqual({ source: 'database', names: ['ADA THE SECOND'] })
})

test('[C6] a change that fails leaves the record as it was, and as cached as before', async () => {
  await namesOf(['ada'])
  await expect(node().changing('ada', () => Promise.reject(new Error('taken')))).rejects.toThrow('taken')
  await namesOf(['ada'])
  expect((await namesOf(['ada'])).source).toBe('cache')
})

test('[C3] [C6] a node that is cut off from the cache reads, and owes what it changed', async () => {
  await namesOf(['ada'])
  cache.setAway(true)
  expect(await namesOf(['ada'])).toEqual({ source: 'database', names: ['ADA'] })
  await rename('ada', 'ADA THE SECOND')
  expect(owed).toEqual(['{users}:ada'])
})

test('[C1] who misses while another one reads waits, and reads the rest at once', async () => {
  const slow = Promise.withResolvers<void>()
  const common = { leases: cache, marks: cache, metrics, clock }
  const first = openUserCache<Person>({
    ...common,
    change: openChange({ ...common, owe: async () => {} }),
    through: openReadThrough(common),
    read: (ids) => slow.promise.then(() => read(ids)),
  })
  const [one, two] = [watch(first.byIds(['ada'])), watch(node(1).byIds(['ada', 'bob']))]
  await clock.advance(50)
  expect(queries).toEqual([['bob']])
  slow.resolve()
  await clock.advance(100)
  expect([one.state, two.state]).toEqual(['resolved', 'resolved'])
  expect(queries).toEqual([['bob'], ['ada']])
})

test('a fault of the store is told, and gives back what was leased', async () => {
  const common = { leases: cache, marks: cache, metrics, clock }
  const down = () => Promise.reject(new Error('the store is away'))
  const change = openChange({ ...common, owe: async () => {} })
  const broken = openUserCache<Person>({ ...common, change, through: openReadThrough(common), read: down })
  await expect(broken.byIds(['ada', 'bob'])).rejects.toThrow('away')
  expect((await namesOf(['ada', 'bob'])).names).toEqual(['ADA', 'BOB'])
  expect((await namesOf(['ada', 'bob'])).source).toBe('cache')
})
