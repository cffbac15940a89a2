import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { openRepairDistant } from '../../server/rooms/repair-distant.ts'
import { listener, openBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { fill, furnish, metrics } from '../kit/rooms.ts'

test('[A1] rooms beyond those that a socket may hear are told of by beacon, each time they move', async () => {
  const store = openMemoryStore()
  const { userIds, roomIds } = await furnish(store, { people: 2, rooms: limits.liveRooms + 2 })
  const [userId = '', other = ''] = userIds
  const fanout = openMemoryFanout(openBus())
  const ears = [listener('s1', { userId, sid: '1' }), listener('s2', { userId: other, sid: '2' })]
  for (const { socket } of ears) fanout.enter(socket)
  for (const roomId of roomIds.slice(0, limits.liveRooms)) ears[0]?.socket.rooms.add(roomId)
  ears[1]?.socket.rooms.add(roomIds[0] ?? '')
  const run = openRepairDistant({ log: store.log, book: store.book, fanout, metrics })
  const told = () => ears[0]?.heard.splice(0).map(({ payload }) => payload)
  const far = roomIds.slice(limits.liveRooms)

  await run()
  expect(new Set(told())).toEqual(new Set(far.map((roomId) => ({ roomId, rev: 1, head: 0 }))))
  await fill(store, { roomId: far[1] ?? '', userId, messages: 2 })
  await fill(store, { roomId: roomIds[0] ?? '', userId, messages: 1 })
  await run()
  expect(told()).toEqual([{ roomId: far[1], rev: 3, head: 2 }])
  await run()
  expect(told()).toEqual([])
  expect(ears[1]?.heard).toEqual([])
})
