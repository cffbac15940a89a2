/** Who may read is remembered, who may not is not, and a right that was taken away is gone. */
import { beforeEach, expect, test } from 'vitest'
import { openChange } from '../../server/cache/change.ts'
import { openReadThrough } from '../../server/cache/read-through.ts'
import { openReaderCache, type ReaderCache } from '../../server/cache/reader-cache.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { type MemoryLeases, openMemoryLeases } from '../fakes/memory-leases.ts'
import { type ManualClock, openManualClock } from '../kit/manual-clock.ts'
import { metrics } from '../kit/rooms.ts'

const [ada, bob] = [
  { roomId: 'room', userId: 'ada' },
  { roomId: 'room', userId: 'bob' },
]

let clock: ManualClock
let cache: MemoryLeases
let members: Set<string>
let asked: string[]
let owed: string[]
let pause: Promise<void>

function openNode(): ReaderCache {
  const common = { leases: cache, marks: cache, clock, metrics }
  return openReaderCache({
    through: openReadThrough(common),
    change: openChange({ ...common, owe: async (keys) => void owed.push(...keys) }),
    async ask({ userId }) {
      asked.push(userId)
      const isMember = members.has(userId)
      await pause
      if (!isMember) throw new Refusal('not-found')
    },
  })
}

const refused = expect.objectContaining({ code: 'not-found' })
const remove = async (userId: string) => void members.delete(userId)

beforeEach(() => {
  clock = openManualClock()
  cache = openMemoryLeases({ clock, leaseMs: 800, markMs: 60_000 })
  members = new Set(['ada'])
  asked = []
  owed = []
  pause = Promise.resolve()
})

test('[X5] who may read is asked for once a minute, who may not every time', async () => {
  const [one, two] = [openNode(), openNode()]
  await one.check(ada)
  await two.check(ada)
  for (const node of [one, two]) await expect(node.check(bob)).rejects.toEqual(refused)
  expect(asked).toEqual(['ada', 'bob', 'bob'])
  members.add('bob')
  await one.check(bob)
  await clock.advance(60_000)
  await two.check(ada)
  expect(asked).toEqual(['ada', 'bob', 'bob', 'bob', 'ada'])
})

test('[M2] who was removed may not read, on no node, the moment the removal is answered', async () => {
  const [one, two] = [openNode(), openNode()]
  await two.check(ada)
  await one.removing(ada, () => remove('ada'))
  for (const node of [one, two]) await expect(node.check(ada)).rejects.toEqual(refused)
  expect(owed).toEqual([])
})

test('[M2] [C2] who was asked about before the removal is not remembered after it', async () => {
  const [one, two] = [openNode(), openNode()]
  const { promise, resolve } = Promise.withResolvers<void>()
  pause = promise
  const early = two.check(ada)
  await clock.advance(1)
  await one.removing(ada, () => remove('ada'))
  resolve()
  await early
  await expect(two.check(ada)).rejects.toEqual(refused)
})

test('[M2] a node that dies while it removes somebody leaves no right behind', async () => {
  const [one, two] = [openNode(), openNode()]
  await two.check(ada)
  void one.removing(ada, async () => {
    await remove('ada')
    await new Promise(() => {})
  })
  await clock.advance(1)
  await expect(two.check(ada)).rejects.toEqual(refused)
})

test('[M2] [C8] a node that is cut off from the cache owes what it took away', async () => {
  const node = openNode()
  await node.check(ada)
  cache.setAway(true)
  await node.removing(ada, () => remove('ada'))
  await expect(node.check(ada)).rejects.toEqual(refused)
  expect(owed).toEqual(['{room}:reader:ada'])
})
