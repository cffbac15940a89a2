/** What is done over HTTP on one node is felt on the sockets of the others, and seen in every answer after it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, Page, User } from '#protocol/wire.ts'
import { openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { openTestRedis } from '../kit/open-redis.ts'
import { createRoom, password, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']

beforeAll(async () => {
  cluster = await openNodes(2, { CACHE_AUDIT: 'true' })
  ;[one = '', two = ''] = cluster.origins
})
afterAll(() => cluster.close())

test('[C6] a new display name is in the next answer of every node, cached before or not, and reaches who shares a room', async () => {
  const [ada, bob, eve] = [await signUp(one), await signUp(two), await signUp(two)]
  await createRoom(ada, 'private', [bob])
  const [friend, stranger] = [await openCaller(two, bob.cookie), await openCaller(two, eve.cookie)]
  const asked = () => bob.get<{ source: string; user: User }>(`/api/users/${ada.user.id}`)
  await asked()
  expect((await asked()).body).toEqual({ source: 'cache', user: ada.user })
  const user = { ...ada.user, displayName: 'Ada, Countess of Lovelace' }
  expect((await ada.patch('/api/users/me', { displayName: user.displayName })).status).toBe(200)
  expect((await asked()).body.user).toEqual(user)
  await eventually(() => expect(friend.of('user:changed')).toEqual([{ user }]), { withinMs: 1_000 })
  expect(stranger.of('user:changed')).toEqual([])
})

test('[C6] a status is in the next answer of every node and reaches who shares a room; an empty one takes it back', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  await createRoom(ada, 'private', [bob])
  const friend = await openCaller(two, bob.cookie)
  const asked = async () => (await bob.get<{ user: User }>(`/api/users/${ada.user.id}`)).body.user
  expect(await asked()).toEqual(ada.user)
  const user = { ...ada.user, status: 'on a train' }
  expect((await ada.patch('/api/users/me', { status: ' on a train ' })).body).toEqual({ user })
  expect(await asked()).toEqual(user)
  expect((await bob.get<{ users: User[] }>(`/api/users?ids=${ada.user.id}`)).body.users).toEqual([user])
  expect((await ada.patch('/api/users/me', { status: '' })).body).toEqual({ user: ada.user })
  expect(await asked()).toEqual(ada.user)
  expect(await ada.patch('/api/users/me', { status: 'x'.repeat(81) })).toMatchObject({ status: 400 })
  await eventually(() => expect(friend.of('user:changed')).toEqual([{ user }, { user: ada.user }]))
  expect((await openCaller(one, ada.cookie)).of('hello')).toMatchObject([{ user: ada.user }])
})

test('[C4] a message is in the next page of every node, and so is what becomes of it', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  const path = `/api/rooms/${(await createRoom(ada, 'private', [bob])).id}/messages`
  const bodiesOn = async (person: typeof ada) => (await person.get<Page>(path)).body.messages.map(({ body }) => body)
  for (const line of ['one', 'two', 'three']) {
    await ada.post<{ message: Message }>(path, { body: line })
    expect((await bodiesOn(bob)).at(-1)).toBe(line)
  }
  const hit = await bob.get<Page>(path)
  expect(hit.body.source).toBe('cache')
  expect(hit.headers.get('x-cache')).toBe('hit')
  await ada.patch(`${path}/1`, { body: 'uno' })
  expect(await bodiesOn(bob)).toEqual(['uno', 'two', 'three'])
  await ada.delete(`${path}/2`)
  expect(await bodiesOn(bob)).toEqual(['uno', null, 'three'])
  const text = await (await fetch(`${two}/metrics`)).text()
  expect(text).toMatch(/^parley_stale_reads_total\{node="node-2"\} 0$/m)
})

test('[C8] a pin is in the next page of every node and in the list of pins, and so is its end', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  const path = `/api/rooms/${(await createRoom(ada, 'private', [bob])).id}`
  const pageOn = async (person: typeof ada) => (await person.get<Page>(`${path}/messages`)).body.messages
  const pinsOn = async (person: typeof ada) => (await person.get<{ messages: Message[] }>(`${path}/pins`)).body.messages
  for (const body of ['one', 'two']) await ada.post(`${path}/messages`, { body })
  await pageOn(ada)
  await pageOn(bob)
  const { message } = (await ada.put<{ message: Message }>(`${path}/messages/1/pin`)).body
  expect(message).toMatchObject({ seq: 1, pinnedBy: ada.user.id })
  expect((await pageOn(bob))[0]).toEqual(message)
  const second = (await bob.put<{ message: Message }>(`${path}/messages/2/pin`)).body.message
  expect(await pinsOn(ada)).toEqual([second, message])
  await bob.delete(`${path}/messages/1/pin`)
  expect((await pageOn(ada)).map(({ pinnedBy }) => pinnedBy)).toEqual([undefined, bob.user.id])
  await ada.delete(`${path}/messages/2`)
  expect(await pinsOn(bob)).toEqual([])
})

test('[R10] a resume knows what was acked on another node, whatever its own node has cached', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  const room = await createRoom(ada, 'private', [bob])
  const path = `/api/rooms/${room.id}/messages`
  await ada.post(path, { body: 'as it was' })
  const { body: cached } = await bob.get<Page>(path)
  const caller = await openCaller(two, bob.cookie)
  for (const body of ['once more', 'and again']) {
    const { message } = (await ada.patch<{ message: Message }>(`${path}/1`, { body })).body
    const { value } = await caller.call('room:resume', { roomId: room.id, epoch: cached.epoch, rev: cached.rev })
    expect(value).toMatchObject({ kind: 'changes', rev: message.rev, messages: [message] })
  }
})

test('[S2] [S8] whoever changes the password stays on the line while the other devices go', async () => {
  const ada = await signUp(one)
  const own = await openCaller(two, ada.cookie)
  const phone = await signUp(two)
  await phone.post('/api/session', { username: ada.user.username, password })
  const other = await openCaller(one, phone.cookie)
  expect((await ada.post('/api/users/me/password', { current: password, next: 'a new and better one' })).status).toBe(
    204,
  )
  await eventually(() => expect(other.of('session:ended')).toEqual([{ reason: 'password-changed' }]), {
    withinMs: 1_000,
  })
  const witness = await signUp(two)
  const watched = await openCaller(two, witness.cookie)
  const [, sid = ''] = /^parley\.sid=s:(.+)\./.exec(decodeURIComponent(witness.cookie)) ?? []
  const { REDIS_URL = '' } = cluster.env
  const { client } = await openTestRedis(REDIS_URL)
  expect(await client.del(`session:${sid}`)).toBe(1)
  // once this is noticed, repair has looked at all sessions of the node after the change
  await eventually(() => expect(watched.of('session:ended')).toEqual([{ reason: 'expired' }]))
  expect(own.socket.connected).toBe(true)
  expect(own.of('session:ended')).toEqual([])
})
