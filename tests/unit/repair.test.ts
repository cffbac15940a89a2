import { expect, test } from 'vitest'
import { listener } from '../fakes/memory-fanout.ts'
import { openTestRepair } from '../kit/open-repair.ts'

test('[A1] an outage of Postgres ends no repair, and nothing is skipped by it', async () => {
  const { clock, away, ears, say } = await openTestRepair()
  await clock.advance(2_000)
  away.postgres = true
  await say(1)
  await clock.advance(5_000)
  expect(ears[1]?.heard).toHaveLength(1)
  away.postgres = false
  await clock.advance(2_000)
  expect(ears[1]?.heard.at(-1)).toMatchObject({ event: 'room:head', payload: { rev: 2 } })
})

test('[A2] after a pause too short to be noticed the rooms are looked at often, for a while', async () => {
  const { clock, bus, say, eventsOf, repair } = await openTestRepair()
  await clock.advance(10_000)
  for (const task of bus.onRelink) task()
  const before = eventsOf(1)?.length ?? 0
  await clock.advance(100)
  await say(1) // and nobody hears of it
  await clock.advance(300)
  expect(eventsOf(1)).toHaveLength(before + 1)
  await clock.advance(10_000)
  await say(1)
  await clock.advance(300)
  expect(eventsOf(1)).toHaveLength(before + 1)
  await repair.close()
  expect(bus.onRelink.size).toBe(0)
})

test('[S2] a socket whose session ended is closed within the period, though nobody said so', async () => {
  const { clock, sessions, ears, fanout } = await openTestRepair()
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], []])
  sessions.set('sid1', null)
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], ['expired']])
  expect(fanout.sockets()).toHaveLength(1)
})

test('[S8] a session of an older generation is over, also when its deletion was lost', async () => {
  const { clock, sessions, store, ears, userIds } = await openTestRepair()
  await store.users.setPassword(userIds[1] ?? '', 'another')
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], ['password-changed']])
  sessions.set('sid0', { generation: 2 }) // renewed first, the generation follows
  await clock.advance(2_000)
  expect(ears[0]?.ended).toEqual([])
})

test('[S3] while the session store is away nobody is signed out, and rooms are repaired all the same', async () => {
  const { clock, away, sessions, ears, say, eventsOf } = await openTestRepair()
  away.sessions = true
  sessions.set('sid1', null)
  await clock.advance(2_000)
  await say(1)
  await clock.advance(2_000)
  expect(ears.map(({ ended }) => ended)).toEqual([[], []])
  expect(eventsOf(1)).toHaveLength(2)
})

test('[M2] a member whose removal was lost hears nothing more after the period', async () => {
  const { clock, store, fanout, eventsOf, owner, userIds, roomId } = await openTestRepair()
  await store.book.removeMember({ roomId, userId: userIds[1] ?? '' }, owner)
  await clock.advance(2_000)
  expect([fanout.hears('s0', roomId), fanout.hears('s1', roomId)]).toEqual([true, false])
  expect(eventsOf(1)?.at(-1)).toBe('room:removed')
})

test('[M2] a guest in a public room may go on listening, and what is public is not asked again and again', async () => {
  const { clock, store, fanout, userIds, roomId, looks } = await openTestRepair({ kind: 'public', people: 4 })
  for (const userId of userIds.slice(1)) await store.book.removeMember({ roomId, userId }, { userId, admin: false })
  await clock.advance(10_000)
  expect(['s1', 's2', 's3'].every((socketId) => fanout.hears(socketId, roomId))).toBe(true)
  expect(looks).toEqual([roomId])
})

test('[M2] whoever joined a private room at that moment opens it to nobody else', async () => {
  const { clock, store, fanout, userIds, roomId, owner, looks, meanwhile } = await openTestRepair({ people: 3 })
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
  const { clock, fanout, ears, userIds, roomId, eventsOf } = await openTestRepair()
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
  const { clock, store, hungUp, say, roomId } = await openTestRepair()
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
  const { clock, repair, say, ears } = await openTestRepair()
  const closed = repair.close()
  await say(1)
  await clock.advance(10_000)
  await closed
  expect(ears[0]?.heard).toEqual([])
})
