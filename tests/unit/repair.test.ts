import { expect, test } from 'vitest'
import { openEpoch } from '../../server/rooms/epoch.ts'
import { openRepair } from '../../server/rooms/repair.ts'
import { listener, openBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { fill, furnish, metrics, silent } from '../kit/rooms.ts'

async function openTest({ people = 2, rooms = 1, kind = 'private' as 'private' | 'public' } = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds, roomIds } = await furnish(store, { people, rooms, kind })
  const bus = openBus()
  const fanout = openMemoryFanout(bus)
  const sessions = new Map(
    userIds.map((_, index) => [`sid${index}`, { generation: 1 } as { generation: number } | null]),
  )
  const ears = userIds.map((userId, index) => listener(`s${index}`, { userId, sid: `sid${index}` }))
  for (const { socket } of ears) {
    fanout.enter(socket)
    for (const roomId of roomIds) socket.rooms.add(roomId)
  }
  const away: Record<'sessions' | 'postgres', boolean> = { sessions: false, postgres: false }
  const hungUp: number[] = []
  const looks: string[] = []
  const meanwhile = { look: async () => {} }
  const guarded =
    <Input, Value>(ask: (input: Input) => Promise<Value>) =>
    (input: Input) =>
      away.postgres ? Promise.reject(new Error('postgres is away')) : ask(input)
  const repair = openRepair({
    log: { revs: guarded(store.log.revs), changes: guarded(store.log.changes) },
    book: {
      ...store.book,
      memberships: guarded(store.book.memberships),
      async get(looked) {
        looks.push(looked.roomId)
        await meanwhile.look()
        return await store.book.get(looked)
      },
    },
    users: store.users,
    look: async (sids) => {
      if (away.sessions) throw new Error('redis is away')
      return new Map(sids.map((sid) => [sid, sessions.get(sid) ?? null]))
    },
    fanout,
    epoch: await openEpoch({ log: store.log }),
    hangUp: () => void hungUp.push(clock.ticks()),
    clock,
    metrics,
    logger: silent,
    random: () => 0,
    options: { everyMs: 2_000, hurryMs: 250 },
  })
  const [roomId = '', userId = ''] = [roomIds[0], userIds[0]]
  const owner = { userId, admin: false }
  const say = (messages = 1) => fill(store, { roomId, userId, messages })
  const eventsOf = (index: number) => ears[index]?.heard.map(({ event }) => event)
  return {
    clock,
    store,
    bus,
    fanout,
    sessions,
    ears,
    away,
    hungUp,
    looks,
    meanwhile,
    repair,
    roomId,
    userIds,
    roomIds,
    owner,
    say,
    eventsOf,
  }
}

test('[A1] a room that moved untold is told by a beacon within the period, and one that rests is left alone', async () => {
  const { clock, ears, say, eventsOf, roomId } = await openTest()
  await clock.advance(2_000)
  expect(eventsOf(1)).toEqual(['room:head']) // whoever just came may have missed something too
  await clock.advance(4_000)
  expect(eventsOf(1)).toHaveLength(1)
  await say(3)
  await clock.advance(2_000)
  expect(ears[1]?.heard.at(-1)).toEqual({ event: 'room:head', payload: { roomId, rev: 4, head: 3 } })
  await clock.advance(4_000)
  expect(eventsOf(1)).toHaveLength(2)
})

test('[A1] after a start, when all rooms are news, they are told a thousand at a time', async () => {
  const { clock, eventsOf } = await openTest({ rooms: 2_500 })
  for (const told of [1_000, 2_000, 2_500, 2_500]) {
    await clock.advance(250)
    expect(eventsOf(1)).toHaveLength(told)
  }
})

test('[A1] while other nodes are not reached the changes themselves are pushed, four times a second', async () => {
  const { clock, bus, ears, say, roomId } = await openTest()
  await clock.advance(2_000)
  bus.healthy = false
  await say(2)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({
    event: 'room:changes',
    payload: { roomId, base: 1, rev: 3, head: 2, messages: [{ seq: 1 }, { seq: 2 }] },
  })
  await say(1)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ payload: { base: 3, rev: 4, messages: [{ seq: 3 }] } })
})

test('[A1] what a push cannot tell is told by a beacon: members who came and went, and too much at once', async () => {
  const { clock, bus, store, ears, say, owner, userIds, roomId } = await openTest({ people: 3 })
  await clock.advance(2_000)
  bus.healthy = false
  await store.book.change({ roomId, title: 'Renamed' }, owner)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:changes', payload: { room: { title: 'Renamed' } } })
  await say(1)
  await store.book.removeMember({ roomId, userId: userIds[2] ?? '' }, owner)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toEqual({ event: 'room:head', payload: { roomId, rev: 4, head: 1 } })
  await say(501)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:head', payload: { rev: 505 } })
  await say(1)
  await clock.advance(250)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:changes', payload: { base: 505, rev: 506 } })
})

test('[A1] an outage of Postgres ends no repair, and nothing is skipped by it', async () => {
  const { clock, away, ears, say } = await openTest()
  await clock.advance(2_000)
  away.postgres = true
  await say(1)
  await clock.advance(5_000)
  expect(ears[1]?.heard).toHaveLength(1)
  away.postgres = false
  await clock.advance(2_000)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:head', payload: { rev: 2 } })
})

test('[S2] a socket whose session ended is closed within the period, though nobody said so', async () => {
  const { clock, sessions, ears, fanout } = await openTest()
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], []])
  sessions.set('sid1', null)
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], ['expired']])
  expect(fanout.sockets()).toHaveLength(1)
})

test('[S8] a session of an older generation is over, also when its deletion was lost', async () => {
  const { clock, sessions, store, ears, userIds } = await openTest()
  await store.users.setPassword(userIds[1] ?? '', 'another')
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], ['password-changed']])
  sessions.set('sid0', { generation: 2 }) // renewed first, the generation follows
  await clock.advance(2_000)
  expect(ears[0]?.ended).toEqual([])
})

test('[S3] while the session store is away nobody is signed out, and rooms are repaired all the same', async () => {
  const { clock, away, sessions, ears, say, eventsOf } = await openTest()
  away.sessions = true
  sessions.set('sid1', null)
  await clock.advance(2_000)
  await say(1)
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], []])
  expect(eventsOf(1)).toHaveLength(2)
})

test('[M2] a member whose removal was lost hears nothing more after the period', async () => {
  const { clock, store, fanout, eventsOf, owner, userIds, roomId } = await openTest()
  await store.book.removeMember({ roomId, userId: userIds[1] ?? '' }, owner)
  await clock.advance(2_000)
  expect([fanout.hears('s0', roomId), fanout.hears('s1', roomId)]).toEqual([true, false])
  expect(eventsOf(1)?.at(-1)).toBe('room:removed')
})

test('[M2] a guest in a public room may go on listening, and what is public is not asked again and again', async () => {
  const { clock, store, fanout, userIds, roomId, looks } = await openTest({ kind: 'public', people: 4 })
  for (const userId of userIds.slice(1)) await store.book.removeMember({ roomId, userId }, { userId, admin: false })
  await clock.advance(10_000)
  expect(['s1', 's2', 's3'].every((socketId) => fanout.hears(socketId, roomId))).toBe(true)
  expect(looks).toEqual([roomId])
})

test('[M2] whoever joined a private room at that moment opens it to nobody else', async () => {
  const { clock, store, fanout, userIds, roomId, owner, looks, meanwhile } = await openTest({ people: 3 })
  const [, bob = '', eve = ''] = userIds
  await store.book.removeMember({ roomId, userId: bob }, owner)
  meanwhile.look = async () => {
    await store.book.putMember({ roomId, userId: bob }, owner)
    meanwhile.look = async () => {}
  }
  await clock.advance(2_000)
  expect(looks).toEqual([roomId])
  expect(fanout.hears('s1', roomId)).toBe(true)
  await store.book.removeMember({ roomId, userId: eve }, owner)
  await clock.advance(2_000)
  expect(fanout.hears('s2', roomId)).toBe(false)
})

test('[A1] a member whose welcome was lost is welcomed; a socket that only just came is left to its own', async () => {
  const { clock, fanout, ears, userIds, roomId, eventsOf } = await openTest()
  await clock.advance(2_000)
  fanout.leave('s1', roomId) // as if it had never been told to hear it
  const late = listener('s2', { userId: userIds[1] ?? '', sid: 'sid1' })
  await clock.advance(1_000)
  fanout.enter(late.socket)
  await clock.advance(1_000)
  expect(fanout.hears('s1', roomId)).toBe(true)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:added', payload: { room: { id: roomId }, rev: 1 } })
  expect(fanout.hears('s2', roomId)).toBe(false)
  expect(eventsOf(0)).not.toContain('room:added')
})

test('[R5] [R12] another history under a running node sends everybody back to the start', async () => {
  const { clock, store, hungUp, say, roomId } = await openTest()
  await say(5)
  await clock.advance(2_000)
  const row = store.tables.rooms.get(roomId)
  if (row !== undefined) Object.assign(row, { rev: 3, head: 2, messages: row.messages.slice(0, 2) })
  await clock.advance(2_000)
  expect(hungUp).toHaveLength(1)
  store.tables.epoch = 'restored'
  await clock.advance(4_000)
  expect(hungUp).toHaveLength(2)
})

test('a repair that is closed does nothing more', async () => {
  const { clock, repair, say, ears } = await openTest()
  const closed = repair.close()
  await say(1)
  await clock.advance(10_000)
  await closed
  expect(ears[0]?.heard).toEqual([])
})
