import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { furnish, metrics, silent, type Told, watch } from '../kit/rooms.ts'

const roomId = 'a-room'
const commitOf = (bodies: string[]) => {
  const messages = bodies.map((body, index): Message => {
    const place = { roomId, seq: index + 1, rev: index + 2, id: `m${index}`, authorId: 'u', body }
    return { ...place, sentAt: '2026-01-01T00:00:00.000Z' }
  })
  return { roomId, base: 1, rev: bodies.length + 1, head: bodies.length, messages }
}

function openTest({ toRoom, extend }: { toRoom?: () => void; extend?: () => Promise<void> } = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const told: Told[] = []
  const dropped: string[] = []
  const fanout = {
    toRoom(_room: string, event: Told['event'], payload: Told['payload']) {
      toRoom?.()
      told.push({ event, payload } as Told)
    },
  }
  const dropTails = async (roomIds: readonly string[]) => void dropped.push(...roomIds)
  const pages = { extend: extend ?? (async () => {}), dropTails }
  const announce = openAnnounce({ fanout, log: store.log, pages, clock, metrics, logger: silent, boundMs: 100 })
  return { clock, store, told, dropped, announce }
}

test('[A4] one commit is one frame, the span and all that it changed', async () => {
  const { announce, told } = openTest()
  const commit = commitOf(['one', 'two'])
  await announce.commit(commit)
  expect(told).toEqual([{ event: 'room:changes', payload: commit }])
})

test('[A4] a frame that would be too large becomes a beacon, counted in bytes', async () => {
  const { announce, told } = openTest()
  const fits = Math.floor((limits.frameBytes - 300) / 8_200)
  await announce.commit(commitOf(Array(fits).fill('ü'.repeat(4_000))))
  await announce.commit(commitOf(Array(fits + 2).fill('ü'.repeat(4_000))))
  expect(told.map(({ event }) => event)).toEqual(['room:changes', 'room:head'])
  expect(told[1]?.payload).toEqual({ roomId, rev: fits + 3, head: fits + 2 })
})

test('[A2] a fan-out that throws, and a cache that hangs, hold up nothing beyond the bound', async () => {
  const broken = openTest({
    toRoom: () => {
      throw new Error('redis is on fire')
    },
    extend: () => new Promise(() => {}),
  })
  const done = watch(broken.announce.commit(commitOf(['one'])))
  await broken.clock.advance(99)
  expect(done.state).toBe('pending')
  await broken.clock.advance(1)
  expect(done.state).toBe('resolved')
})

test('[C4] sockets are told at once; the promise waits for the cached tail', async () => {
  const tail = Promise.withResolvers<void>()
  const { clock, announce, told } = openTest({ extend: () => tail.promise })
  const done = watch(announce.commit(commitOf(['one'])))
  expect(told).toHaveLength(1)
  await clock.advance(10)
  expect(done.state).toBe('pending')
  tail.resolve()
  await clock.advance(0)
  expect(done.state).toBe('resolved')
})

test('a change of the room travels with it, and one that changed nothing is not told', async () => {
  const { announce, store, told } = openTest()
  const { userIds, roomIds } = await furnish(store, { people: 1, rooms: 1 })
  const caller = { userId: userIds[0] ?? '', admin: false }
  const change = { roomId: roomIds[0] ?? '', title: 'Another name' }
  announce.room(await store.book.change(change, caller))
  announce.room(await store.book.change(change, caller))
  expect(told).toMatchObject([
    { event: 'room:changes', payload: { base: 1, rev: 2, messages: [], room: { title: 'Another name' } } },
  ])
})

test('[L4] after a commit of unknown outcome its rooms are read back, told, and lose their tails', async () => {
  const { announce, store, told, dropped } = openTest()
  const { roomIds } = await furnish(store, { people: 1, rooms: 2 })
  await announce.lost(roomIds)
  expect(told.map(({ payload }) => payload)).toEqual(roomIds.map((id) => ({ roomId: id, rev: 1, head: 0 })))
  expect(dropped).toEqual(roomIds)
})
