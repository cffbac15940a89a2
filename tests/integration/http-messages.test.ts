/** Rooms and messages over HTTP: what each call answers, on whichever node it is asked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Member, Message, Page, Room } from '#protocol/wire.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, type Person, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let ada: Person
let bob: Person

beforeAll(async () => {
  cluster = await openNodes(2)
  const [one = '', two = ''] = cluster.origins
  ada = await signUp(one)
  bob = await signUp(two)
})
afterAll(() => cluster.close())

const send = (who: Person, room: Room, body: string, more = {}) =>
  who.post<{ message: Message }>(`/api/rooms/${room.id}/messages`, { body, ...more })

test('a room is made, found, joined, changed and listed, on either node', async () => {
  const made = await ada.post<{ room: Room }>('/api/rooms', { kind: 'public', title: 'Lighthouse', topic: 'ships' })
  expect(made.status).toBe(201)
  const { room } = made.body
  expect(room).toMatchObject({
    kind: 'public',
    title: 'Lighthouse',
    topic: 'ships',
    ownerId: ada.user.id,
    memberCount: 1,
  })
  const found = await bob.get<{ source: string; rooms: Room[] }>('/api/rooms/public?q=lightho')
  expect(found.body.source).toMatch(/^(cache|database)$/)
  expect(found.body.rooms.map(({ id }) => id)).toContain(room.id)
  expect((await bob.put(`/api/rooms/${room.id}/members/me`)).status).toBe(200)
  const changed = await ada.patch<{ room: Room; members: Member[] }>(`/api/rooms/${room.id}`, { title: 'Beacon' })
  expect(changed.body.room).toMatchObject({ title: 'Beacon', topic: 'ships', memberCount: 2 })
  const looked = await bob.get<{ room: Room; members: Member[] }>(`/api/rooms/${room.id}`)
  expect(looked.body).toEqual(changed.body)
  expect(looked.body.members.map(({ userId, role }) => [userId, role])).toEqual([
    [ada.user.id, 'owner'],
    [bob.user.id, 'member'],
  ])
  expect((await bob.get<{ rooms: Room[] }>('/api/rooms')).body.rooms).toContainEqual(looked.body.room)
})

test('[R1] messages of two nodes are numbered without holes, and a page says where it comes from', async () => {
  const room = await createRoom(ada, 'private', [bob])
  await Promise.all(Array.from({ length: 60 }, (_, index) => send(index % 2 === 0 ? ada : bob, room, `line ${index}`)))
  const { body, headers } = await bob.get<Page>(`/api/rooms/${room.id}/messages`)
  expect(body).toMatchObject({ roomId: room.id, head: 60, epoch: expect.any(String) })
  expect(body.rev).toBeGreaterThanOrEqual(60)
  expect(body.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => 11 + index))
  expect(headers.get('x-cache')).toBe(body.source === 'cache' ? 'hit' : 'miss')
  const seqsOf = async (query: string) =>
    (await ada.get<Page>(`/api/rooms/${room.id}/messages?${query}`)).body.messages.map(({ seq }) => seq)
  expect(await seqsOf('before=11&limit=3')).toEqual([8, 9, 10])
  expect(await seqsOf('after=0&limit=3')).toEqual([1, 2, 3])
  expect(await seqsOf('after=58')).toEqual([59, 60])
  expect(await seqsOf('around=30&limit=5')).toContain(30)
})

test('a message is sent, answered, edited, reacted to and deleted', async () => {
  const room = await createRoom(ada, 'private', [bob])
  const path = `/api/rooms/${room.id}/messages`
  const { status, body } = await send(ada, room, 'first')
  expect(status).toBe(201)
  expect(body.message).toMatchObject({ roomId: room.id, seq: 1, authorId: ada.user.id, body: 'first' })
  expect((await send(bob, room, 'reply', { replyTo: 1 })).body.message).toMatchObject({ seq: 2, replyTo: 1 })
  const edited = await ada.patch<{ message: Message }>(`${path}/1`, { body: 'first, edited' })
  expect(edited).toMatchObject({
    status: 200,
    body: { message: { body: 'first, edited', editedAt: expect.any(String) } },
  })
  expect(edited.body.message.rev).toBeGreaterThan(body.message.rev)
  expect(await ada.patch(`${path}/1`, { body: 'late', onRev: body.message.rev })).toMatchObject({
    status: 409,
    body: { code: 'conflict', definite: true },
  })
  const reacted = await bob.put<{ message: Message }>(`${path}/1/reactions/${encodeURIComponent('👍🏽')}`)
  expect(reacted).toMatchObject({ status: 200, body: { message: { reactions: { '👍🏽': [bob.user.id] } } } })
  const back = await bob.delete<{ message: Message }>(`${path}/1/reactions/${encodeURIComponent('👍🏽')}`)
  expect(back.body.message.reactions ?? {}).toEqual({})
  const deleted = await ada.delete<{ message: Message }>(`${path}/1`)
  expect(deleted).toMatchObject({ status: 200, body: { message: { body: null, deletedAt: expect.any(String) } } })
  expect(await ada.patch(`${path}/1`, { body: 'risen' })).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('[M1] who leaves or is removed may no longer write, and the room’s rev has moved', async () => {
  const room = await createRoom(ada, 'public', [bob])
  const revOf = async () => (await send(ada, room, 'what is the rev?')).body.message.rev
  const before = await revOf()
  expect((await ada.delete(`/api/rooms/${room.id}/members/${bob.user.id}`)).status).toBe(204)
  expect(await revOf()).toBe(before + 2)
  expect((await send(bob, room, 'still here?')).status).toBe(403)
  expect((await bob.put(`/api/rooms/${room.id}/members/me`)).status).toBe(200)
  expect(await revOf()).toBe(before + 4)
  expect((await send(bob, room, 'back')).status).toBe(201)
})

test('[X3] [X7] messages are counted per user over all nodes, and the refusal says how long to wait', async () => {
  const carl = await signUp(ada.origin)
  const room = await createRoom(carl, 'private')
  const strict = await openNodes(2, { ...cluster.env, BUDGET_SEND_USER: '5/1m' })
  try {
    const [one = '', two = ''] = strict.origins
    const statuses: number[] = []
    for (let index = 0; index < 7; index += 1) {
      carl.origin = index % 2 === 0 ? one : two
      const reply = await send(carl, room, `line ${index}`)
      statuses.push(reply.status)
      if (reply.status === 429) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(30)
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429])
  } finally {
    await strict.close()
  }
})
