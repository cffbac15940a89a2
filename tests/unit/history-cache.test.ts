/** Pages out of cached parts are the pages Postgres would give, from whatever parts they come. */

import { beforeEach, expect, test } from 'vitest'
import { openHeldMarks } from '../../server/cache/held-marks.ts'
import { type Asked, openHistoryCache } from '../../server/cache/history-cache.ts'
import { pageKey, tailKey } from '../../server/cache/history-keys.ts'
import { openHistoryWrites } from '../../server/cache/history-writes.ts'
import { openReadThrough } from '../../server/cache/read-through.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { must } from '../../server/kit/must.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { furnish, metrics, silent } from '../kit/rooms.ts'
import { openSeeded } from '../kit/seeded.ts'

async function openRoom(messages: number) {
  const store = openMemoryStore()
  const cache = openMemoryLeases({ clock: systemClock, leaseMs: 800, markMs: 60_000 })
  const { userIds, roomIds } = await furnish(store, { people: 1, rooms: 1 })
  const [userId, roomId] = [must(userIds[0], 'there is a user'), must(roomIds[0], 'there is a room')]
  const reads: Asked[] = []
  const read = (asked: Asked) => {
    reads.push(asked)
    return store.log.page({ roomId, userId, ...asked })
  }
  const common = { leases: cache, marks: cache, metrics, clock: systemClock }
  const history = openHistoryCache({ ...common, through: openReadThrough(common) })
  const held = openHeldMarks({ ...common, owe: async () => {}, onFault() {}, writer: 'node' })
  const writes = openHistoryWrites({ ...common, held, owe: async () => {}, log: silent })
  let sent = 0

  async function send(count: number): Promise<void> {
    const drafts = Array.from({ length: count }, () => {
      sent += 1
      return { kind: 'send' as const, roomId, authorId: userId, id: `draft ${sent}`, body: `text\n${sent}` }
    })
    for (const commit of (await store.log.append(drafts, { patient: true })).commits) await writes.extend(commit)
  }

  async function page(asked: Asked) {
    const { source, json, rev, head } = await history.page({ roomId, asked }, read)
    return { source, rev, head, messages: JSON.parse(`[${Buffer.concat(json)}]`) }
  }

  if (messages > 0) await send(messages)
  return { store, cache, reads, read, send, page, roomId, userId }
}

let room: Awaited<ReturnType<typeof openRoom>>
beforeEach(async () => {
  room = await openRoom(230)
})

async function expectSame(asked: Asked) {
  const { source, ...page } = await room.page(asked)
  expect(page, JSON.stringify(asked)).toEqual(
    await room.store.log.page({ roomId: room.roomId, userId: room.userId, ...asked }),
  )
  return source
}

test('every page is the one the store gives, cold and warm', async () => {
  const all: Asked[] = [{ limit: 50 }, { limit: 1 }, { limit: 100 }, { limit: 99 }]
  for (let seq = 1; seq <= 240; seq += 7) {
    for (const limit of [1, 20, 50, 100])
      all.push({ before: seq, limit }, { after: seq - 1, limit }, { around: seq, limit })
  }
  for (const asked of openSeeded(1).shuffle(all)) await expectSame(asked)
  room.reads.length = 0
  for (const asked of all) await expectSame(asked)
  // only what lies before the first message is not worth asking the cache
  expect(room.reads.filter(({ before }) => before !== 1)).toEqual([])
})

test('an aligned page is one read, and from then on none', async () => {
  expect(await expectSame({ before: 101, limit: 50 })).toBe('database')
  expect(room.reads).toEqual([{ after: 50, limit: 50 }])
  expect(await expectSame({ before: 101, limit: 50 })).toBe('cache')
  expect(await expectSame({ before: 126, limit: 50 })).toBe('database')
  expect(await expectSame({ before: 126, limit: 50 })).toBe('cache')
  expect(room.reads).toHaveLength(2)
})

test('the newest page needs no second look for up to fifty messages', async () => {
  expect(await expectSame({ limit: 50 })).toBe('database')
  expect(await expectSame({ limit: 50 })).toBe('cache')
  expect(room.reads).toEqual([{ limit: 50 }])
  expect(room.cache.has(tailKey(room.roomId))).toBe(true)
})

test('[C4] the tail follows every commit, over the borders of pages, and is read anew now and then', async () => {
  await expectSame({ limit: 50 })
  let reads = 0
  for (const count of [1, 3, 40, 7, 50, 1, 99, 100, 2]) {
    await room.send(count)
    room.reads.length = 0
    await expectSame({ limit: 50 })
    reads += room.reads.length
  }
  expect(reads).toBe(2)
})

test('a room without messages is cached as such, and its first message too', async () => {
  room = await openRoom(0)
  expect(await expectSame({ limit: 50 })).toBe('database')
  expect(await expectSame({ limit: 50 })).toBe('cache')
  await room.send(1)
  expect(await expectSame({ limit: 50 })).toBe('cache')
  expect(await expectSame({ after: 0, limit: 50 })).toBe('cache')
})

test('a page that is not full is not kept as one', async () => {
  await expectSame({ after: 200, limit: 50 })
  expect(room.cache.has(pageKey(room.roomId, 5))).toBe(false)
  await room.send(20)
  await expectSame({ after: 200, limit: 50 })
  expect(room.cache.has(pageKey(room.roomId, 5))).toBe(true)
})

test('[C3] with the cache away every page is one read of the store', async () => {
  room.cache.setAway(true)
  for (const asked of [{ limit: 50 }, { before: 130, limit: 100 }, { around: 60, limit: 50 }]) {
    room.reads.length = 0
    expect(await expectSame(asked)).toBe('database')
    expect(room.reads).toEqual([asked])
  }
})

test('a fault of the store goes to whoever asked, and the next one is not troubled', async () => {
  const { store, roomId } = room
  const fault = new Error('the store is away')
  const cache = openMemoryLeases({ clock: systemClock, leaseMs: 60_000, markMs: 60_000 })
  const common = { leases: cache, marks: cache, metrics, clock: systemClock }
  const history = openHistoryCache({ ...common, through: openReadThrough(common) })
  await expect(history.page({ roomId, asked: { limit: 50 } }, () => Promise.reject(fault))).rejects.toBe(fault)
  const read = (asked: Asked) => store.log.page({ roomId, userId: room.userId, ...asked })
  expect((await history.page({ roomId, asked: { limit: 50 } }, read)).head).toBe(230)
  expect(cache.has(tailKey(roomId))).toBe(true)
})

test('[X5] the right to read is looked for along with the page, and found by whoever has it', async () => {
  const { cache, roomId, read } = room
  const looks: (readonly string[])[] = []
  const leases: typeof cache = {
    ...cache,
    lookBytes(keys) {
      looks.push(keys)
      return cache.lookBytes(keys)
    },
  }
  const common = { leases, marks: cache, metrics, clock: systemClock }
  const history = openHistoryCache({ ...common, through: openReadThrough(common) })
  const [mine, another] = [`{${roomId}}:reader:me`, `{${roomId}}:reader:another`]
  await cache.lease(mine, 'token')
  await cache.fill(mine, 'token', { value: 'may read', ttlMs: 60_000 })
  await history.page({ roomId, asked: { limit: 50 } }, read) // whoever reads the log fills it
  looks.length = 0
  const isRightOf = async (right?: string) =>
    (await history.page({ roomId, asked: { limit: 50 }, ...(right === undefined ? {} : { right }) }, read)).isRight
  expect([await isRightOf(mine), await isRightOf(another), await isRightOf()]).toEqual([true, false, false])
  expect(looks).toEqual([[tailKey(roomId), mine], [tailKey(roomId), another], [tailKey(roomId)]])
})
