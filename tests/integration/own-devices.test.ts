/** What people settle for themselves: heard on their own devices on every node, and by nobody else. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Standing } from '#protocol/wire.ts'
import { openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']

beforeAll(async () => {
  cluster = await openNodes(2)
  ;[one = '', two = ''] = cluster.origins
})
afterAll(() => cluster.close())

test('[M5] a favourite and a muted room are so on one’s other devices and at the next hello, and nobody else hears', async () => {
  const [ann, bob] = [await signUp(one), await signUp(two)]
  const { id: roomId } = await createRoom(ann, 'private', [bob])
  const [phone, other] = [await openCaller(two, ann.cookie), await openCaller(two, bob.cookie)]
  const path = `/api/rooms/${roomId}/me`
  expect(await ann.patch(path, { favourite: true })).toMatchObject({
    status: 200,
    body: { favourite: true, muted: false },
  })
  expect((await ann.patch(path, { muted: true })).body).toEqual({ favourite: true, muted: true })
  await eventually(() =>
    expect(phone.of('room:preferences')).toEqual([
      { roomId, favourite: true, muted: false },
      { roomId, favourite: true, muted: true },
    ]),
  )
  const standingOf = async (cookie: string) => {
    const { rooms } = (await openCaller(one, cookie)).of('hello')[0] ?? {}
    return rooms?.map(({ favourite, muted }: Standing) => [favourite, muted])
  }
  expect(await standingOf(ann.cookie)).toEqual([[true, true]])
  expect(await standingOf(bob.cookie)).toEqual([[false, false]])
  expect(other.of('room:preferences')).toEqual([])
})

test('[X2] [X5] what is not of the form changes nothing, and a private room is none to whom it does not concern', async () => {
  const [ann, eve] = [await signUp(one), await signUp(two)]
  const { id: roomId } = await createRoom(ann, 'private')
  const { id: open } = await createRoom(ann, 'public')
  for (const body of [{ favourite: 1 }, { muted: null }, { loud: true }, []])
    expect(await ann.patch(`/api/rooms/${roomId}/me`, body), JSON.stringify(body)).toMatchObject({ status: 400 })
  const answers = []
  for (const at of [roomId, randomUUIDv7()]) {
    for (const path of ['me', 'messages/1/pin', 'pins'] as const) {
      const method = path === 'me' ? 'PATCH' : path === 'pins' ? 'GET' : 'PUT'
      const { status, body } = await eve.ask(method, `/api/rooms/${at}/${path}`, path === 'me' ? { body: {} } : {})
      answers.push({ status, body })
    }
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
  expect(answers.slice(0, 3)).toEqual(answers.slice(3))
  expect(await eve.patch(`/api/rooms/${open}/me`, { muted: true })).toMatchObject({ status: 403 })
  expect(await eve.put('/api/blocks/me')).toMatchObject({ status: 400 })
  expect(await eve.put(`/api/blocks/${eve.user.id}`)).toMatchObject({ status: 403 })
  expect(await eve.put(`/api/blocks/${randomUUIDv7()}`)).toMatchObject({ status: 404 })
})

test('[M4] [M5] whom one blocks is known on one’s other devices, not by them, and neither opens a room nor writes in it', async () => {
  const [ann, bob] = [await signUp(one), await signUp(two)]
  const [phone, theirs] = [await openCaller(two, ann.cookie), await openCaller(one, bob.cookie)]
  expect((await ann.put(`/api/blocks/${bob.user.id}`)).status).toBe(204)
  expect((await ann.get('/api/blocks')).body).toEqual({ userIds: [bob.user.id] })
  await eventually(() => expect(phone.of('user:blocked')).toEqual([{ userId: bob.user.id, on: true }]))
  expect((await openCaller(two, ann.cookie)).of('hello')).toMatchObject([{ blocked: [bob.user.id] }])
  const open = { kind: 'direct', memberIds: [ann.user.id] }
  expect(await bob.post('/api/rooms', open)).toMatchObject({ status: 403 })
  const { body } = await ann.post<{ room: { id: string } }>('/api/rooms', { ...open, memberIds: [bob.user.id] })
  const draft = { roomId: body.room.id, id: randomUUIDv7(), body: 'hello?' }
  expect(await theirs.call('message:send', draft)).toMatchObject({ code: 'forbidden', definite: true })
  expect((await ann.delete(`/api/blocks/${bob.user.id}`)).status).toBe(204)
  expect(await theirs.call('message:send', draft)).toMatchObject({ ok: true, value: { seq: 1 } })
  await eventually(() => expect(phone.of('user:blocked').map(({ on }) => on)).toEqual([true, false]))
  expect(theirs.of('user:blocked')).toEqual([])
})
