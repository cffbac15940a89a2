/** Cached history on real Postgres and Redis: two nodes that write and read, and faults of the cache beneath them. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { PageInput } from '#protocol/wire.ts'
import { totalOf } from '../../server/kit/metrics.ts'
import { must } from '../../server/kit/must.ts'
import { type CachedNode, openCachedNode } from '../kit/cached-node.ts'
import { freshDatabase } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { type OwnRedis, openOwnRedis } from '../kit/redis.ts'
import { furnish } from '../kit/rooms.ts'
import { openSeeded, type Seeded } from '../kit/seeded.ts'

let databaseUrl = ''
let state: OwnRedis
let cache: OwnRedis

beforeAll(async () => {
  ;[databaseUrl, state, cache] = await Promise.all([freshDatabase(), openOwnRedis('state'), openOwnRedis('cache')])
})
afterAll(() => Promise.all([state.close(), cache.close()]))

const openNode = (options: { forgetful?: boolean; cacheUrl?: string } = {}) =>
  openCachedNode({ databaseUrl, stateUrl: state.url, cacheUrl: cache.url, ...options })

async function furnishRoom(node: CachedNode, messages: number) {
  await node.postgres.ask((prisma) => prisma.$executeRaw`TRUNCATE users, rooms CASCADE`)
  const { userIds, roomIds } = await furnish(node, { people: 2, rooms: 1 })
  const [userId, roomId] = [must(userIds[0], 'there is a user'), must(roomIds[0], 'there is a room')]
  const drafts = Array.from({ length: messages }, (_, index) => ({
    kind: 'send' as const,
    roomId,
    authorId: userId,
    id: randomUUIDv7(),
    body: `old ${index}`,
  }))
  await Promise.all(drafts.map((draft) => node.lanes.write(draft)))
  return { userId, roomId }
}

type Room = { userId: string; roomId: string }

/** Writes and remembers what was acked; reads and compares with what was acked before. */
function openPlay({ userId, roomId }: Room, chance: Seeded) {
  const acked = new Map<number, number>()
  let [head, writes, reads, stale] = [0, 0, 0, 0]

  async function write(node: CachedNode): Promise<void> {
    const seq = Math.max(1, head - chance.below(60))
    const at = { roomId, userId, seq, admin: false }
    const { rev, message } = await node.lanes.write(
      chance.pick([
        { kind: 'send' as const, roomId, authorId: userId, id: randomUUIDv7(), body: `new ${writes}` },
        { kind: 'edit' as const, ...at, body: `edited ${writes}` },
        { kind: 'pin' as const, roomId, userId, seq, on: chance.chance(0.5) },
        { kind: 'react' as const, ...at, emoji: '🙂', on: chance.chance(0.5) },
      ]),
    )
    writes += 1
    head = Math.max(head, message.seq)
    acked.set(message.seq, Math.max(rev, acked.get(message.seq) ?? 0))
  }

  async function read(node: CachedNode): Promise<void> {
    const due = new Map(acked)
    const newest = Math.max(1, ...due.keys())
    const input: PageInput = chance.pick([
      { roomId },
      { roomId, before: newest + 1 },
      { roomId, before: 51 },
      { roomId, around: Math.max(1, newest - 20), limit: 20 },
    ])
    const { messages } = await node.history(userId, input)
    const revs = new Map(messages.map(({ seq, rev }) => [seq, rev]))
    const [from, to] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0]
    const isToHead = input.around === undefined && input.before !== 51
    reads += 1
    for (const [seq, rev] of due) {
      const isMissing = revs.get(seq) === undefined && isToHead && seq > to
      if (isMissing || (seq >= from && seq <= to && (revs.get(seq) ?? 0) < rev)) stale += 1
    }
  }

  async function many(count: number, work: () => Promise<void>): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await work()
  }

  return { write, read, many, count: () => ({ writes, reads, stale }) }
}

test('[C2] [C4] [C8] nobody reads what is older than what was acked, while the cache is flushed, killed and started', async () => {
  const nodes = [await openNode(), await openNode()]
  const [one, two] = [must(nodes[0], 'there are two'), must(nodes[1], 'there are two')]
  const seed = Math.floor(Math.random() * 1e9)
  const play = openPlay(await furnishRoom(one, 130), openSeeded(seed))
  const served = () => totalOf(two.metrics.pages, 'cache')
  const faults = async () => {
    for (let round = 0; round < 4; round += 1) {
      await one.cache.ask('flush', (client) => client.flushAll()).catch(() => {})
      await play.many(60, () => play.read(two))
      await cache.kill()
      await play.many(60, () => play.read(two))
      await cache.start()
      const before = await served()
      await eventually(async () => {
        await play.many(60, () => play.read(two))
        return (await served()) > before + 12
      })
    }
  }
  await Promise.all([
    play.many(250, () => play.write(one)),
    play.many(250, () => play.write(two)),
    play.many(400, () => play.read(one)),
    play.many(400, () => play.read(two)),
    faults(),
  ])
  expect(play.count(), `seed ${seed}`).toMatchObject({ stale: 0 })
  expect(await served()).toBeGreaterThan(50)
})

test('[C8] an edit by a node that is cut off from the cache alone is seen by all within a repair period', async () => {
  const own = await openOwnRedis('cache')
  onTestFinished(() => own.close())
  // its own cache stands for one that only it cannot reach: it is away from the beginning
  const [cutOff, other] = [await openNode({ cacheUrl: own.url }), await openNode()]
  await own.kill()
  const { userId, roomId } = await furnishRoom(other, 60)
  await other.history(userId, { roomId, before: 51 })
  await other.caches(userId, roomId)
  await eventually(() => !cutOff.cache.healthy())
  const body = 'changed by somebody who cannot reach the cache'
  await cutOff.lanes.write({ kind: 'edit', roomId, userId, seq: 5, admin: false, body })
  await cutOff.lanes.write({ kind: 'send', roomId, authorId: userId, id: randomUUIDv7(), body })
  await eventually(
    async () => {
      const page = await other.history(userId, { roomId, before: 51 })
      const tail = await other.history(userId, { roomId })
      expect([page.messages[4]?.body, tail.messages.at(-1)?.body]).toEqual([body, body])
    },
    { withinMs: 2_500 },
  )
  await eventually(async () => {
    expect(await other.postgres.ask((prisma) => prisma.cacheDebt.count())).toBe(0)
  })
})

test('an audit of a thousand answers finds nothing old, and fires when a writer forgets the cache', async () => {
  const honest = await openNode()
  const { userId, roomId } = await furnishRoom(honest, 130)
  const play = openPlay({ userId, roomId }, openSeeded(7))
  await eventually(
    async () => {
      await Promise.all([
        play.many(2, () => play.write(honest)),
        play.many(20, () => play.read(honest)),
        play.many(20, () => play.read(honest)),
      ])
      return (await totalOf(honest.metrics.audits)) >= 1_000
    },
    { withinMs: 50_000, everyMs: 1 },
  )
  expect(await totalOf(honest.metrics.staleReads)).toBe(0)
  expect(play.count().stale).toBe(0)
  const forgetful = await openNode({ forgetful: true })
  await honest.caches(userId, roomId)
  const { head: seq } = await honest.history(userId, { roomId })
  await forgetful.lanes.write({ kind: 'edit', roomId, userId, seq, admin: false, body: 'nobody told the cache' })
  await eventually(async () => {
    await honest.history(userId, { roomId })
    return (await totalOf(honest.metrics.staleReads)) > 0
  })
})

test('[X5] who was asked at the log is remembered for the next page, which may be cached', async () => {
  const node = await openNode()
  const { userId, roomId } = await furnishRoom(node, 120)
  await node.caches(userId, roomId)
  const { id: guest } = await node.users.create({ username: 'guest', displayName: 'Guest', passwordHash: '-' })
  await node.book.putMember({ roomId, userId: guest }, { userId, admin: false })
  const isRemembered = async () => (await node.cache.client.keys(`*:reader:${guest}`)).length > 0
  expect(await isRemembered()).toBe(false)
  expect((await node.history(guest, { roomId, before: 51 })).source).toBe('database')
  await eventually(isRemembered)
})

test('[X5] a cached page is for nobody who may not read it', async () => {
  const node = await openNode()
  const { userId, roomId } = await furnishRoom(node, 3)
  const stranger = await node.users.create({ username: 'stranger', displayName: 'Stranger', passwordHash: '-' })
  await node.caches(userId, roomId)
  await expect(node.history(stranger.id, { roomId })).rejects.toMatchObject({ code: 'not-found' })
})

test('[X5] while a room is being edited, whoever shares the read of somebody else is asked for their own right', async () => {
  const node = await openNode()
  const { userId, roomId } = await furnishRoom(node, 3)
  const { id: stranger } = await node.users.create({ username: 'other', displayName: 'Other', passwordHash: '-' })
  await node.lanes.write({ kind: 'edit', roomId, userId, seq: 2, admin: false, body: 'edited' })
  const readers = [userId, userId, stranger, userId, stranger]
  const answers = await Promise.allSettled(readers.map((reader) => node.history(reader, { roomId })))
  expect(answers.map(({ status }) => status)).toEqual(readers.map((id) => (id === userId ? 'fulfilled' : 'rejected')))
  const { values } = await node.metrics.cacheLooks.get()
  expect(values.find(({ labels: { outcome } }) => outcome === 'held')?.value).toBeGreaterThan(1)
})

test('[M2] [X5] who was removed on one node reads nothing on the other, cached or not', async () => {
  const [one, two] = [await openNode(), await openNode()]
  const { userId, roomId } = await furnishRoom(one, 3)
  const { room } = await one.book.get({ roomId, userId })
  const members = (await one.book.membersOf([room.id])).get(room.id) ?? []
  const guest = must(
    members.find((member) => member !== userId),
    'there are two',
  )
  await two.caches(guest, roomId)
  await one.book.removeMember({ roomId, userId: guest }, { userId, admin: false })
  await expect(two.history(guest, { roomId })).rejects.toMatchObject({ code: 'not-found' })
  await one.book.putMember({ roomId, userId: guest }, { userId, admin: false })
  expect((await two.history(guest, { roomId })).head).toBe(3)
})

test('a page as text is the page, from the cache and from Postgres', async () => {
  const node = await openNode()
  const { userId, roomId } = await furnishRoom(node, 60)
  for (const input of [{ roomId }, { roomId, before: 51 }, { roomId, before: 31, limit: 7 }]) {
    const { source, bytes } = await node.historyBytes(userId, input)
    expect(JSON.parse(`${Buffer.concat(bytes)}`)).toEqual({ ...(await node.history(userId, input)), source })
  }
})

test('[C5] no key lives for ever, in either Redis', async () => {
  const node = await openNode()
  const { userId, roomId } = await furnishRoom(node, 120)
  await node.caches(userId, roomId)
  await node.history(userId, { roomId, before: 51 })
  await node.lanes.write({ kind: 'edit', roomId, userId, seq: 1, admin: false, body: 'better' })
  await Promise.all([node.people.byIds([userId, randomUUIDv7()]), node.listPublic(''), node.listPublic('room')])
  await node.users.change(userId, { displayName: 'Another' })
  for (const { client } of [node.cache, node.state]) {
    for await (const keys of client.scanIterator({ COUNT: 500 })) {
      for (const key of keys) expect([key, (await client.pTTL(key)) > 0]).toEqual([key, true])
    }
  }
  expect(await node.cache.client.dbSize()).toBeGreaterThan(3)
})
