import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { pause } from '../../server/kit/clock.ts'
import { openResumes } from '../../server/rooms/resume.ts'
import { listener, openBus, openMemoryFanout } from '../fakes/memory-fanout.ts'
import { openMemoryStore } from '../fakes/memory-store.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { fill, furnish, metrics, watch } from '../kit/rooms.ts'

const refused = (code: string) => expect.objectContaining({ code })

async function openTest({ messages = 0, people = 3, readMs = 0 } = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds, roomIds } = await furnish(store, { people, rooms: 1 })
  const [roomId = '', owner = ''] = [roomIds[0], userIds[0]]
  await fill(store, { roomId, userId: owner, messages })
  const fanout = openMemoryFanout(openBus())
  const reads: number[] = []
  const log = {
    page: store.log.page,
    async since(positions: Parameters<typeof store.log.since>[0]) {
      reads.push(...positions.map(({ rev }) => rev))
      const since = await store.log.since(positions)
      await pause(clock, readMs)
      return since
    },
  }
  let epoch = 'this-one'
  const needs = { log, book: store.book, fanout, metrics, clock, epoch: { current: () => epoch } }
  const resumes = openResumes(needs)
  const sockets = userIds.map((userId, index) => listener(`s${index}`, { userId, sid: `sid${index}` }))
  for (const { socket } of sockets) fanout.enter(socket)
  const who = (index: number) => ({ userId: userIds[index] ?? '', socketId: `s${index}` })
  const from = (rev: number) => ({ roomId, epoch: 'this-one', rev })
  const restore = () => {
    epoch = 'another'
  }
  return { clock, store, fanout, resumes, sockets, who, from, roomId, userIds, reads, needs, restore }
}

test('[R2] a socket hears the room before the room is read for it', async () => {
  const { clock, resumes, fanout, sockets, who, from, roomId } = await openTest({ messages: 3, readMs: 10 })
  const answer = watch(resumes.resume(who(1), from(2)))
  await clock.advance(5)
  expect(answer.state).toBe('pending')
  expect(fanout.hears('s1', roomId)).toBe(true)
  fanout.toRoom(roomId, 'room:head', { roomId, rev: 9, head: 9 })
  expect(sockets[1]?.heard.map(({ event }) => event)).toEqual(['room:added', 'room:head'])
  await clock.advance(5)
  expect(answer).toMatchObject({ state: 'resolved', value: { kind: 'changes', rev: 4 } })
})

test('[X5] whoever may not read hears nothing at any moment', async () => {
  const { clock, store, resumes, fanout, from, roomId } = await openTest({ messages: 3, readMs: 10 })
  const stranger = await store.users.create({ username: 'stranger', displayName: 'S', passwordHash: '-' })
  fanout.enter(listener('s9', { userId: stranger.id, sid: 'sid9' }).socket)
  const answer = watch(resumes.resume({ userId: stranger.id, socketId: 's9' }, from(2)))
  expect(fanout.hears('s9', roomId)).toBe(false)
  await clock.advance(20)
  expect(answer).toMatchObject({ state: 'rejected', fault: refused('not-found') })
  expect(fanout.hears('s9', roomId)).toBe(false)
})

test('[A1] a member who comes to hear a room by asking is told where they stand; a guest is not', async () => {
  const { clock, resumes, sockets, who, from, store, userIds, fanout } = await openTest({ messages: 3 })
  const first = resumes.resume(who(1), from(2))
  await clock.advance(1)
  await first
  expect(sockets[1]?.heard).toMatchObject([{ event: 'room:added', payload: { head: 3, rev: 4, lastRead: 0 } }])
  const again = resumes.resume(who(1), from(2))
  await clock.advance(1)
  await again
  expect(sockets[1]?.heard).toHaveLength(1)
  const owner = { userId: userIds[0] ?? '', admin: false }
  const { room } = await store.book.create({ kind: 'public', title: 'Open' }, owner)
  const visit = resumes.resume(who(2), { ...from(0), roomId: room.id })
  await clock.advance(1)
  await visit
  expect([fanout.hears('s2', room.id), sockets[2]?.heard]).toEqual([true, []])
})

test('[M2] who was removed while the answer was read gets none, and hears nothing more', async () => {
  const { clock, store, resumes, fanout, who, from, roomId, userIds } = await openTest({ messages: 3, readMs: 10 })
  for (const id of ['s0', 's1', 's2']) fanout.join(id, roomId)
  const [first, second, third] = [0, 1, 2].map((index) => watch(resumes.resume(who(index), from(2))))
  await clock.advance(5)
  await store.book.removeMember({ roomId, userId: userIds[1] ?? '' }, { userId: userIds[0] ?? '', admin: false })
  await clock.advance(50)
  expect([first?.state, third?.state]).toEqual(['resolved', 'resolved'])
  expect(second).toMatchObject({ state: 'rejected', fault: refused('not-found') })
  expect([fanout.hears('s1', roomId), fanout.hears('s2', roomId)]).toEqual([false, true])
})

test('[R9] an answer is all that is later than the position, as of one rev', async () => {
  const { clock, store, resumes, who, from, roomId, userIds } = await openTest({ messages: 5 })
  const edit = { kind: 'edit' as const, roomId, seq: 2, userId: userIds[0] ?? '', admin: false, body: 'better' }
  await store.log.append([edit], { patient: true })
  const answer = resumes.resume(who(1), from(5))
  await clock.advance(1)
  const { kind, rev, head, messages, members } = await answer
  expect([kind, rev, head, members?.length]).toEqual(['changes', 7, 5, 3])
  expect(messages.map(({ seq, body }) => [seq, body])).toEqual([
    [2, 'better'],
    [5, 'text 5'],
  ])
})

test('the members of a large room come along when membership changed since', async () => {
  const people = limits.readShown + 2
  const { clock, store, resumes, who, from, roomId, userIds } = await openTest({ messages: 1, people })
  await store.book.removeMember({ roomId, userId: userIds[2] ?? '' }, { userId: userIds[2] ?? '', admin: false })
  const [since, later] = [resumes.resume(who(1), from(2)), resumes.resume(who(1), from(3))]
  await clock.advance(1)
  const others = userIds.filter((_, index) => index !== 2)
  expect(new Set((await since).members?.map(({ userId }) => userId))).toEqual(new Set(others))
  expect((await later).members).toBeUndefined()
})

test.for([
  ['[R5] another epoch', { epoch: 'an old one', rev: 3 }, 'reset'],
  ["[R12] a position beyond the room's rev", { rev: 99 }, 'reset'],
  ['a first visit', { rev: 0 }, 'reset'],
  ['[R9] a position that can be served', { rev: 3 }, 'changes'],
] as const)('%s: %o is answered by %s', async ([, position, kind]) => {
  const { clock, resumes, who, from } = await openTest({ messages: 70 })
  const asked = resumes.resume(who(1), { ...from(0), ...position })
  await clock.advance(1)
  const answer = await asked
  expect(answer).toMatchObject({ kind, epoch: 'this-one', rev: 71, head: 70 })
  if (kind === 'changes') expect(answer.messages).toHaveLength(68)
  else expect([answer.messages.length, answer.messages[0]?.seq, answer.members?.length]).toEqual([50, 21, 3])
})

test('[R5] a database that was restored under a running node makes resets', async () => {
  const { clock, resumes, who, from, restore } = await openTest({ messages: 3 })
  restore()
  const asked = resumes.resume(who(1), from(2))
  await clock.advance(1)
  expect(await asked).toMatchObject({ kind: 'reset', epoch: 'another' })
})

test('too far behind, in messages or in text, is a bounded reset', async () => {
  const many = await openTest({ messages: 502 })
  const asked = many.resumes.resume(many.who(1), many.from(1))
  await many.clock.advance(1)
  expect(await asked).toMatchObject({ kind: 'reset', rev: 503 })
  const heavy = await openTest({ messages: 1 })
  await fill(heavy.store, {
    roomId: heavy.roomId,
    userId: heavy.userIds[0] ?? '',
    messages: 200,
    body: 'x'.repeat(3_000),
  })
  const weighed = heavy.resumes.resume(heavy.who(1), heavy.from(2))
  await heavy.clock.advance(1)
  const answer = await weighed
  expect([answer.kind, answer.messages.length, answer.members?.length]).toEqual(['reset', 50, 3])
})

test('[R8] equal resumes share one read, but never one that began before they were asked for', async () => {
  const { clock, store, resumes, who, from, fanout, roomId, userIds, reads } = await openTest({
    messages: 3,
    people: 40,
    readMs: 10,
  })
  for (let index = 0; index < 40; index++) fanout.join(`s${index}`, roomId)
  const first = resumes.resume(who(0), from(2))
  await fill(store, { roomId, userId: userIds[0] ?? '', messages: 1 })
  const others = userIds.slice(1).map((_, index) => resumes.resume(who(index + 1), from(2)))
  await clock.advance(30)
  expect((await first).rev).toBe(4)
  const answers = await Promise.all(others)
  expect(reads).toEqual([2, 2])
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]?.rev).toBe(5)
})

test('[R8] resumes of many rooms that come while one is read are read together', async () => {
  const { clock, store, needs, who, from, fanout, userIds } = await openTest({ messages: 3, people: 9 })
  const owner = { userId: userIds[0] ?? '', admin: false }
  const open = () => store.book.create({ kind: 'private', title: 'Another', memberIds: userIds }, owner)
  const rooms = await Promise.all(Array.from({ length: 8 }, open))
  const together: string[][] = []
  async function since(positions: Parameters<typeof store.log.since>[0]) {
    together.push(positions.map(({ roomId }) => roomId))
    await pause(clock, 10)
    return await store.log.since(positions)
  }
  const resumes = openResumes({ ...needs, log: { ...needs.log, since } })
  const [first = '', ...others] = rooms.map(({ room }) => room.id)
  for (const [index] of userIds.entries()) for (const { room } of rooms) fanout.join(`s${index}`, room.id)
  const asked = [first, ...others].map((roomId, index) => resumes.resume(who(index), { ...from(1), roomId }))
  await clock.advance(20)
  expect((await Promise.all(asked)).map(({ room, rev }) => [room.id, rev])).toEqual(
    rooms.map(({ room }) => [room.id, 1]),
  )
  expect(together).toEqual([[first], others])
})

test("[R8] one rider's refusal is theirs alone", async () => {
  const { clock, store, resumes, who, from, fanout, roomId, userIds } = await openTest({ messages: 3, readMs: 10 })
  for (const id of ['s0', 's1', 's2']) fanout.join(id, roomId)
  const first = resumes.resume(who(0), from(2))
  await store.book.removeMember({ roomId, userId: userIds[1] ?? '' }, { userId: userIds[1] ?? '', admin: false })
  const [removed, kept] = [watch(resumes.resume(who(1), from(2))), watch(resumes.resume(who(2), from(2)))]
  await clock.advance(50)
  await first
  expect(removed).toMatchObject({ state: 'rejected', fault: refused('not-found') })
  expect(kept).toMatchObject({ state: 'resolved', value: { rev: 5 } })
})

test('[S3] an outage is told as it is, and the socket goes on hearing', async () => {
  const { clock, needs, who, from, fanout, roomId } = await openTest({ messages: 3 })
  const since = () => Promise.reject(new Error('postgres is away'))
  const resumes = openResumes({ ...needs, log: { ...needs.log, since } })
  fanout.join('s1', roomId)
  const answer = watch(resumes.resume(who(1), from(2)))
  await clock.advance(1)
  expect(answer).toMatchObject({ state: 'rejected', fault: new Error('postgres is away') })
  expect(fanout.hears('s1', roomId)).toBe(true)
})
