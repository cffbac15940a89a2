import { expect, test } from 'vitest'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openMembership } from '../../server/rooms/membership.ts'
import { listener, openBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { fill, furnish, metrics, silent } from '../kit/rooms.ts'

/** Two nodes; the owner's socket on the first, everybody else's on the second. */
async function openTest({ people = 3 } = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds } = await furnish(store, { people, rooms: 0 })
  const bus = openBus()
  const [here, there] = [openMemoryFanout(bus), openMemoryFanout(bus)]
  const announce = openAnnounce({ fanout: here, log: store.log, clock, metrics, logger: silent, boundMs: 100 })
  const membership = openMembership({ book: store.book, announce, fanout: here })
  const heard = userIds.map((userId, index) => {
    const { socket, heard } = listener(`s${index}`, { userId, sid: `sid${index}` })
    const node = index === 0 ? here : there
    node.enter(socket)
    return heard
  })
  const callers = userIds.map((userId) => ({ userId, admin: false }))
  const [owner = { userId: '', admin: false }, second = owner, third = owner] = callers
  const eventsOf = (index: number) => heard[index]?.map(({ event }) => event)
  return { store, here, there, membership, heard, owner, second, third, eventsOf }
}

test('[M2] who is made a member knows the room at once, on whatever node, before they hear of it', async () => {
  const { membership, there, heard, owner, second, eventsOf } = await openTest()
  const { room } = await membership.create({ kind: 'private', title: 'Ours', memberIds: [second.userId] }, owner)
  expect([eventsOf(0), eventsOf(1), eventsOf(2)]).toEqual([
    ['room:added', 'room:changes'],
    ['room:added', 'room:changes'],
    [],
  ])
  expect(heard[1]?.[0]?.payload).toEqual({
    room,
    head: 0,
    rev: 1,
    lastRead: 0,
    mentions: 0,
    favourite: false,
    muted: false,
  })
  expect(there.hears('s1', room.id)).toBe(true)
})

test('[M1] who joins starts at the head, and the others hear of it as one change of the room', async () => {
  const { store, membership, heard, owner, second } = await openTest()
  const { room } = await membership.create({ kind: 'public', title: 'Open' }, owner)
  await fill(store, { roomId: room.id, userId: owner.userId, messages: 4 })
  await membership.putMember({ roomId: room.id, userId: second.userId }, second)
  expect(heard[1]?.[0]).toMatchObject({ event: 'room:added', payload: { head: 4, rev: 6, lastRead: 4 } })
  expect(heard[0]?.at(-1)).toMatchObject({
    event: 'room:changes',
    payload: {
      base: 5,
      rev: 6,
      head: 4,
      messages: [],
      room: { memberCount: 2 },
      members: { joined: [{ role: 'member' }] },
    },
  })
})

test('[M2] who is removed hears nothing more, not even of leaving; asked for again it changes nothing', async () => {
  const { membership, there, heard, owner, second, third, eventsOf } = await openTest()
  const memberIds = [second.userId, third.userId]
  const { room } = await membership.create({ kind: 'private', title: 'Ours', memberIds }, owner)
  await membership.removeMember({ roomId: room.id, userId: second.userId }, owner)
  await membership.removeMember({ roomId: room.id, userId: second.userId }, owner)
  expect(there.hears('s1', room.id)).toBe(false)
  expect(eventsOf(1)).toEqual(['room:added', 'room:changes', 'room:removed'])
  expect(heard[2]?.slice(2)).toMatchObject([{ event: 'room:changes', payload: { members: { left: [second.userId] } } }])
})

test('a role given to a member leaves their standing as it is; to somebody new it is a welcome', async () => {
  const { store, membership, heard, owner, second, third } = await openTest()
  const { room } = await membership.create({ kind: 'private', title: 'Ours', memberIds: [second.userId] }, owner)
  await fill(store, { roomId: room.id, userId: owner.userId, messages: 4, body: '@u2' })
  await membership.putMember({ roomId: room.id, userId: second.userId, role: 'owner' }, owner)
  expect(heard[1]?.at(-1)).toMatchObject({
    event: 'room:added',
    payload: { head: 4, rev: 6, lastRead: 0, mentions: 4 },
  })
  expect(heard[0]?.at(-1)).toMatchObject({ payload: { room: { ownerId: second.userId }, members: { left: [] } } })
  await membership.putMember({ roomId: room.id, userId: third.userId, role: 'member' }, second)
  expect(heard[2]?.map(({ event }) => event)).toEqual(['room:added'])
})

test('[M3] what the book refuses is refused, and told to nobody', async () => {
  const { membership, owner, second, eventsOf } = await openTest()
  const { room } = await membership.create({ kind: 'private', title: 'Ours' }, owner)
  const join = membership.putMember({ roomId: room.id, userId: second.userId }, second)
  await expect(join).rejects.toMatchObject({ code: 'not-found' })
  expect(eventsOf(1)).toEqual([])
})
