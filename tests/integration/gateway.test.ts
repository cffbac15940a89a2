/** The socket door over three nodes: what one says on one of them, others hear on the others. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, type Person, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two, three] = ['', '', '']

beforeAll(async () => {
  cluster = await openNodes(3)
  ;[one = '', two = '', three = ''] = cluster.origins
})
afterAll(() => cluster.close())

const draft = (roomId: string, body = 'hello', id = randomUUIDv7()) => ({ roomId, id, body })

async function openPair(kind: 'public' | 'private' = 'private') {
  const [ann, bob] = await Promise.all([signUp(one), signUp(two)])
  const room = await createRoom(ann, kind, [bob])
  return { ann, bob, roomId: room.id, room, at: (person: Person, origin: string) => openCaller(origin, person.cookie) }
}

test('the state of one’s world is told first, by any node', async () => {
  const { ann, roomId, at } = await openPair()
  const caller = await at(ann, three)
  const { body } = await ann.get<{ epoch: string }>('/api/session')
  expect(caller.heard[0]).toEqual({
    event: 'hello',
    payload: {
      node: 'node-3',
      epoch: body.epoch,
      user: ann.user,
      rooms: [
        {
          room: expect.objectContaining({ id: roomId }),
          ...{ head: 0, rev: 1, lastRead: 0, mentions: 0, favourite: false, muted: false },
        },
      ],
      blocked: [],
    },
  })
})

test('[A4] a message sent on one node is heard whole on another, and so is what becomes of it', async () => {
  const { ann, bob, roomId, at } = await openPair()
  const [caller, listener] = await Promise.all([at(ann, one), at(bob, two)])
  const sent = draft(roomId)
  const { ok, value } = await caller.call('message:send', sent)
  expect([ok, value.seq, value.rev]).toEqual([true, 1, 2])
  expect(await caller.call('message:send', sent)).toEqual({ ok: true, value })
  expect(await caller.call('message:edit', { roomId, seq: 1, body: 'hullo', onRev: 2 })).toMatchObject({
    value: { rev: 3 },
  })
  expect(await caller.call('message:edit', { roomId, seq: 1, body: 'late', onRev: 2 })).toMatchObject({
    code: 'conflict',
  })
  expect(await listener.call('message:react', { roomId, seq: 1, emoji: '👍', on: true })).toMatchObject({
    value: { rev: 4 },
  })
  expect(await listener.call('message:pin', { roomId, seq: 1, on: true })).toEqual({ ok: true, value: { rev: 5 } })
  expect(await listener.call('message:delete', { roomId, seq: 1 })).toMatchObject({ code: 'forbidden' })
  expect(await caller.call('message:delete', { roomId, seq: 1 })).toEqual({ ok: true, value: { rev: 6 } })
  await eventually(() => [listener, caller].every((each) => each.of('room:changes').at(-1)?.rev === 6))
  const changes = listener.of('room:changes')
  expect(changes.map(({ base, rev, head }) => [base, rev, head])).toEqual(
    [2, 3, 4, 5, 6].map((rev) => [rev - 1, rev, 1]),
  )
  expect(changes.map(({ messages: [message] }) => message?.body)).toEqual(['hello', 'hullo', 'hullo', 'hullo', null])
  const pins = changes.map(({ messages: [message] }) => message?.pinnedBy)
  expect(pins).toEqual([undefined, undefined, undefined, bob.user.id, undefined])
  expect(caller.of('room:changes').map(({ rev }) => rev)).toEqual([2, 3, 4, 5, 6])
})

test('whoever connects to a busy room is told hello first, and misses nothing after it', async () => {
  const { ann, bob, roomId, at } = await openPair()
  const caller = await at(ann, one)
  const talking = new AbortController()
  const talk = (async () => {
    while (!talking.signal.aborted) await caller.call('message:send', draft(roomId))
  })()
  for (let round = 0; round < 10; round += 1) {
    const listener = await at(bob, two)
    expect(listener.heard[0]?.event).toBe('hello')
    let known = listener.of('hello')[0]?.rooms[0]?.rev ?? 0
    await eventually(() => listener.heard.length > 4)
    for (const { event, payload } of listener.heard.slice(1)) {
      const { base = known, rev } = payload as { base?: number; rev: number }
      if (event === 'room:head')
        known = Math.max(known, rev) // here a client would resume
      else if (rev > known) {
        expect(base, 'no hole without a beacon').toBeLessThanOrEqual(known)
        known = rev
      }
    }
    listener.socket.close()
  }
  talking.abort()
  await talk
})

test('[L9] what is sent in one breath is committed in that order', async () => {
  const { ann, bob, roomId, at } = await openPair()
  const [caller, listener] = await Promise.all([at(ann, one), at(bob, two)])
  const bodies = Array.from({ length: 50 }, (_, index) => `message ${index + 1}`)
  const answers = await Promise.all(bodies.map((body) => caller.call('message:send', draft(roomId, body))))
  expect(answers.map(({ value }) => value.seq)).toEqual(bodies.map((_, index) => index + 1))
  await eventually(() => listener.of('room:changes').at(-1)?.head === 50)
  expect(listener.of('room:changes').flatMap(({ messages }) => messages.map(({ body }) => body))).toEqual(bodies)
})

test('[R2] [P1] a resume answers with what changed, and the room is heard from then on, with who is there', async () => {
  const { ann, roomId, at } = await openPair('public')
  const eve = await signUp(three)
  const [caller, guest] = await Promise.all([at(ann, one), at(eve, three)])
  await caller.call('message:send', draft(roomId, 'before'))
  expect(guest.of('hello')[0]?.rooms).toEqual([])
  const { value } = await guest.call('room:resume', { roomId, epoch: 'another', rev: 7 })
  expect(value).toMatchObject({ kind: 'reset', rev: 2, head: 1, messages: [{ body: 'before' }] })
  await eventually(() => JSON.stringify(guest.of('room:presence')).includes(ann.user.id))
  expect(guest.of('room:presence')[0]).toHaveProperty('online')
  await caller.call('message:send', draft(roomId, 'after'))
  const since = { roomId, epoch: value.epoch, rev: value.rev }
  expect(await guest.call('room:resume', since)).toMatchObject({
    value: { kind: 'changes', messages: [{ body: 'after' }] },
  })
  await eventually(() => guest.of('room:changes').at(-1)?.rev === 3 || guest.of('room:head').at(-1)?.rev === 3)
  expect(await guest.call('room:page', { roomId, before: 2, limit: 10 })).toMatchObject({
    value: { rev: 3, head: 2, messages: [{ body: 'before' }] },
  })
})

test('reading is told to one’s other devices and in a small room to all, marking unread to nobody else', async () => {
  const { ann, bob, roomId, at } = await openPair()
  const [phone, laptop, other] = await Promise.all([at(ann, one), at(ann, two), at(bob, three)])
  await other.call('message:send', draft(roomId))
  expect(await phone.call('room:read', { roomId, seq: 9 })).toEqual({ ok: true, value: {} })
  const mark = { roomId, userId: ann.user.id, seq: 1 }
  await eventually(() => laptop.of('room:read').length === 1 && other.of('room:read').length === 1)
  expect([laptop.of('room:read'), other.of('room:read')]).toEqual([[mark], [mark]])
  expect(await laptop.call('room:unread', { roomId, seq: 0 })).toEqual({ ok: true, value: {} })
  await eventually(() => phone.of('room:read').length === 2)
  expect(phone.of('room:read')[1]).toEqual({ ...mark, seq: 0, lowered: true })
  await phone.call('room:read', { roomId, seq: 1 })
  await eventually(() => other.of('room:read').length === 2)
  expect(other.of('room:read')).toEqual([mark, mark])
})

test('reading in a large room is one’s own business', async () => {
  const crowd = await Promise.all(Array.from({ length: limits.readShown }, () => signUp(one)))
  const [ann, bob] = [await signUp(one), crowd[0] as Person]
  const room = await createRoom(ann, 'private', crowd)
  const [phone, laptop, other] = await Promise.all([ann, ann, bob].map(({ cookie }) => openCaller(one, cookie)))
  await other?.call('message:send', draft(room.id))
  await phone?.call('room:read', { roomId: room.id, seq: 1 })
  await eventually(() => laptop?.of('room:read').length === 1)
  expect(other?.of('room:read')).toEqual([])
})

test('typing is a passing sign to the others, in rooms one is a member of, once a second at most', async () => {
  const { ann, bob, roomId, at } = await openPair('public')
  const eve = await signUp(three)
  const [caller, again, listener, guest] = await Promise.all([at(ann, one), at(ann, two), at(bob, two), at(eve, three)])
  for (let count = 0; count < 5; count += 1) {
    expect(await caller.call('member:typing', { roomId })).toEqual({ ok: true, value: {} })
  }
  await eventually(() => listener.of('member:typing').length > 0)
  expect(listener.of('member:typing')).toEqual([{ roomId, userId: ann.user.id }])
  expect([caller.of('member:typing'), again.of('member:typing')]).toEqual([[], []])
  expect(await guest.call('member:typing', { roomId })).toMatchObject({ ok: false, code: 'forbidden' })
  await guest.call('room:resume', { roomId, epoch: '', rev: 0 })
  expect(await guest.call('member:typing', { roomId })).toMatchObject({ ok: false, code: 'forbidden' })
  await eve.put(`/api/rooms/${roomId}/members/me`)
  expect(await guest.call('member:typing', { roomId })).toEqual({ ok: true, value: {} })
})
