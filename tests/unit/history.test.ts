import { expect, test } from 'vitest'
import { openHistory } from '../../server/rooms/history.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { fill, furnish, metrics } from '../kit/rooms.ts'

const epoch = { current: () => 'this-one' }

async function openTest(messages: number, kind: 'public' | 'private' = 'private') {
  const store = openMemoryStore()
  const { userIds, roomIds } = await furnish(store, { people: 2, rooms: 1, kind })
  const stranger = await store.users.create({ username: 'stranger', displayName: 'S', passwordHash: '-' })
  const [userId = '', roomId = ''] = [userIds[0], roomIds[0]]
  await fill(store, { roomId, userId, messages })
  return { store, userId, roomId, stranger: stranger.id }
}

const seqsOf = (page: { messages: { seq: number }[] }) => [page.messages.at(0)?.seq, page.messages.at(-1)?.seq]

test('[R9] a page says of which database and which rev it is, and where it came from', async () => {
  const { store, userId, roomId } = await openTest(120)
  const history = openHistory({ log: store.log, epoch, metrics })
  const newest = await history.page({ userId, input: { roomId } })
  expect(newest).toMatchObject({ source: 'database', roomId, epoch: 'this-one', rev: 121, head: 120 })
  expect(seqsOf(newest)).toEqual([71, 120])
  expect(seqsOf(await history.page({ userId, input: { roomId, before: 71, limit: 20 } }))).toEqual([51, 70])
  expect(seqsOf(await history.page({ userId, input: { roomId, after: 0, limit: 20 } }))).toEqual([1, 20])
  expect(seqsOf(await history.page({ userId, input: { roomId, around: 60, limit: 20 } }))).toEqual([50, 69])
})

test('[X5] who may not read is told what a room that does not exist would tell; a public room is open to all', async () => {
  const hidden = await openTest(1)
  const history = openHistory({ log: hidden.store.log, epoch, metrics })
  const refused = expect.objectContaining({ code: 'not-found' })
  await expect(history.page({ userId: hidden.stranger, input: { roomId: hidden.roomId } })).rejects.toEqual(refused)
  await expect(history.page({ userId: hidden.stranger, input: { roomId: 'nowhere' } })).rejects.toEqual(refused)
  const open = await openTest(1, 'public')
  const openHistoryOf = openHistory({ log: open.store.log, epoch, metrics })
  expect((await openHistoryOf.page({ userId: open.stranger, input: { roomId: open.roomId } })).messages).toHaveLength(1)
})

test('a cache is asked first and says so, and its JSON is passed on as it is', async () => {
  const { store, userId, roomId } = await openTest(3)
  const history = openHistory({
    log: store.log,
    epoch,
    metrics,
    async cache(input, fromLog) {
      const { rev, head, messages } = await fromLog(input)
      return { source: 'cache', rev, head, messages: [Buffer.from(JSON.stringify(messages).slice(1, -1))] }
    },
  })
  const page = await history.page({ userId, input: { roomId } })
  expect(page).toMatchObject({ source: 'cache', head: 3 })
  const { source, bytes } = await history.bytes({ userId, input: { roomId } })
  expect([source, JSON.parse(`${Buffer.concat(bytes)}`)]).toEqual(['cache', page])
})
