/** What strangers, and those who were members once, try in order to learn of a private room. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, Page } from '#protocol/wire.ts'
import { openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, openVisitor, type Person, signUp, type Visitor } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']

beforeAll(async () => {
  cluster = await openNodes(2, { ADMINS: 'overseer' })
  ;[one = '', two = ''] = cluster.origins
})
afterAll(() => cluster.close())

/** A private room of Ann's with a secret in it; Eve is a member until she is removed. */
async function openScene() {
  const [ann, eve] = [await signUp(one), await signUp(two)]
  const { id: roomId } = await createRoom(ann, 'private', [eve])
  const path = `/api/rooms/${roomId}`
  await ann.post(`${path}/messages`, { body: 'a secret' })
  const membership = `${path}/members/${eve.user.id}`
  return { ann, eve, roomId, path, remove: () => ann.delete(membership), add: () => ann.put(membership) }
}

/** The same person on another node. */
function elsewhere(person: Person, origin: string): Visitor {
  const visitor = openVisitor(origin)
  visitor.cookie = person.cookie
  return visitor
}

test('[M2] [X5] once a removal is answered no node has a page for who was removed, however much they read meanwhile', async () => {
  const { ann, eve, path, remove, add } = await openScene()
  const readers = [eve, elsewhere(eve, one), eve, elsewhere(eve, one)]
  const statuses = async () => {
    const pages = await Promise.all(readers.map((reader) => reader.get(`${path}/messages`)))
    return new Set(pages.map(({ status }) => status))
  }
  for (let round = 0; round < 8; round += 1) {
    const over = new AbortController()
    const reading = readers.map(async (reader) => {
      while (!over.signal.aborted) await reader.get(`${path}/messages`)
    })
    expect(await statuses()).toEqual(new Set([200]))
    expect((await remove()).status).toBe(204)
    expect(await statuses(), `round ${round}`).toEqual(new Set([404]))
    over.abort()
    await Promise.all(reading)
    expect(await statuses(), `after round ${round}`).toEqual(new Set([404]))
    await add()
  }
  expect((await ann.get<Page>(`${path}/messages`)).body.messages).toHaveLength(1)
})

test('[X5] a room one was removed from is named nowhere any more, and what one wrote there stays as one left it', async () => {
  const { ann, eve, roomId, path, remove } = await openScene()
  const mine = { id: randomUUIDv7(), body: 'mine' }
  const { body } = await eve.post<{ message: Message }>(`${path}/messages`, mine)
  await remove()
  await ann.put(`${path}/messages/2/reactions/👀`)
  await ann.post(`${path}/messages`, { body: `@${eve.user.username} must not know` })
  const known = await eve.post<{ message: Message }>(`${path}/messages`, mine)
  expect(known.body.message).toEqual({ ...body.message, rev: known.body.message.rev }) // it did happen [L3]
  expect(await eve.post(`${path}/messages`, { ...mine, body: 'not mine' })).toMatchObject({ status: 404 })
  const calls = ['/api/rooms', '/api/rooms/public', '/api/rooms/public?q=private', '/api/users?q=', '/api/sessions']
  for (const call of calls) expect(JSON.stringify((await eve.get(call)).body), call).not.toContain(roomId)
  const caller = await openCaller(two, eve.cookie)
  expect(JSON.stringify(caller.heard)).not.toContain(roomId)
})

test('[X5] ids of messages tell a stranger nothing: in a foreign room they are not even taken', async () => {
  const { ann, path } = await openScene()
  const stranger = await signUp(two)
  const own = await createRoom(stranger, 'private')
  const id = randomUUIDv7()
  await ann.post(`${path}/messages`, { id, body: 'words' })
  const there = [await stranger.post(`${path}/messages`, { id, body: 'words' })]
  there.push(await stranger.post(`${path}/messages`, { id: randomUUIDv7(), body: 'words' }))
  expect(there[0]).toMatchObject({ status: 404 })
  expect(there[0]?.body).toEqual(there[1]?.body)
  expect((await stranger.post(`/api/rooms/${own.id}/messages`, { id, body: 'words' })).status).toBe(201)
})

test('[X5] [M3] an admin who is not a member is a stranger to a private room, by every way in', async () => {
  const { ann, roomId, path } = await openScene()
  const overseer = await signUp(two, 'overseer')
  const caller = await openCaller(two, overseer.cookie)
  for (const [method, at, body] of [
    ['GET', ''],
    ['GET', '/messages'],
    ['PATCH', '', { archived: true }],
    ['DELETE', '/messages/1'],
    ['PUT', '/members/me', { role: 'owner' }],
    ['DELETE', `/members/${ann.user.id}`],
  ] as const)
    expect(await overseer.ask(method, path + at, { body }), `${method} ${at}`).toMatchObject({ status: 404 })
  expect(await caller.call('message:delete', { roomId, seq: 1 })).toMatchObject({ code: 'not-found' })
  expect(await caller.call('room:resume', { roomId, epoch: '', rev: 0 })).toMatchObject({ code: 'not-found' })
})

test('[X5] what strangers try on a private room neither shows to its members nor stands in their way', async () => {
  const { ann, roomId, path } = await openScene()
  const stranger = await signUp(one)
  const [inside, outside] = [await openCaller(one, ann.cookie), await openCaller(two, stranger.cookie)]
  await inside.call('room:resume', { roomId, epoch: '', rev: 0 })
  const before = inside.heard.length
  const tries = Array.from({ length: 40 }, () => [
    outside.call('message:send', { roomId, id: randomUUIDv7(), body: 'let me in' }),
    outside.call('message:edit', { roomId, seq: 1, body: 'mine now' }),
    outside.call('member:typing', { roomId }),
    outside.call('room:read', { roomId, seq: 1 }),
    stranger.get(`${path}/messages`),
    stranger.put(`${path}/members/me`),
  ])
  const own = inside.call('message:send', { roomId, id: randomUUIDv7(), body: 'undisturbed' })
  await Promise.all(tries.flat())
  expect(await own).toMatchObject({ ok: true, value: { seq: 2 } })
  await eventually(() => inside.of('room:changes').some(({ head }) => head === 2))
  const heard = inside.heard.slice(before).map(({ event }) => event)
  expect(
    heard.filter((event) => event !== 'room:changes' && event !== 'room:head' && event !== 'room:presence'),
  ).toEqual([])
  const page = (await ann.get<Page>(`${path}/messages`)).body
  expect(page.messages.map(({ body }) => body)).toEqual(['a secret', 'undisturbed'])
})

test('[X5] no list of open rooms has a private one, or one that was closed before it was asked for', async () => {
  const { ann } = await openScene()
  const open = await createRoom(ann, 'public')
  await ann.patch(`/api/rooms/${open.id}`, { title: `closed ${open.id}`, archived: true })
  const stranger = await signUp(two)
  const { body } = await stranger.get<object>(`/api/rooms/public?q=${open.id}`)
  expect(body).toMatchObject({ rooms: [] })
  for (const q of ['%25', '_', '%5C'])
    expect((await stranger.get<object>(`/api/rooms/public?q=${q}`)).body).toMatchObject({ rooms: [] })
})
