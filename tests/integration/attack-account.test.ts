/** What is tried on accounts over HTTP: to be somebody else, to make others be somebody, and to be more than one is. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClusterView } from '#protocol/panel.ts'
import type { Room, User } from '#protocol/wire.ts'
import { openNodes, openTestNode, type TestNodes } from '../kit/nodes.ts'
import { createRoom, freshName, openVisitor, type Person, password, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']
let ada: Person

beforeAll(async () => {
  cluster = await openNodes(2, { ADMINS: 'chief' })
  ;[one = '', two = ''] = cluster.origins
  ada = await signUp(one)
})
afterAll(() => cluster.close())

test('[X1] no page of others signs anybody in, up or out, or changes a password', async () => {
  const foreign = ['https://evil.example', 'null', `${one}@evil.example`, `${one}.evil.example`]
  const writes: [string, string, object?][] = [
    ['POST', '/api/session', { username: ada.user.username, password }],
    ['POST', '/api/users', { username: freshName(), password }],
    ['DELETE', '/api/session'],
    ['POST', '/api/users/me/password', { current: password, next: 'of the attacker' }],
    ['PATCH', '/api/users/me', { displayName: 'Eve' }],
  ]
  for (const origin of foreign) {
    for (const [method, path, body] of writes) {
      const refused = await ada.ask(method, path, { body, headers: { origin } })
      expect(refused, `${method} ${path} ${origin}`).toMatchObject({ status: 403 })
      expect(refused.headers.get('set-cookie')).toBeNull()
    }
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json', '*/*']) {
    const text = JSON.stringify({ username: ada.user.username, password })
    const refused = await openVisitor(one).ask('POST', '/api/session', { text, headers: { 'content-type': type } })
    expect(refused, type).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  }
  expect((await ada.get<{ user: User }>('/api/session')).body.user).toEqual(ada.user)
})

test('[S2] nobody is signed in under an id that somebody else chose', async () => {
  const [chosen, own] = [randomUUID(), await signUp(two)]
  for (const cookie of [
    `parley.sid=${chosen}`,
    `parley.sid=s%3A${chosen}.`,
    `parley.sid=s:${chosen}.AAAA`,
    own.cookie,
  ]) {
    const victim = openVisitor(one)
    victim.cookie = cookie
    expect((await victim.post('/api/session', { username: ada.user.username, password })).status).toBe(200)
    expect(victim.cookie).not.toBe(cookie)
    expect(decodeURIComponent(victim.cookie)).not.toContain(chosen)
    const attacker = openVisitor(two)
    attacker.cookie = cookie
    expect((await attacker.get('/api/session')).status).toBe(401)
  }
})

test('[X2] nobody gives themselves what is not theirs to give', async () => {
  const room = await createRoom(ada, 'public')
  const bob = await signUp(two)
  await bob.put(`/api/rooms/${room.id}/members/me`)
  const greedy: [string, string, object][] = [
    ['POST', '/api/users', { username: freshName(), password, id: ada.user.id }],
    ['POST', '/api/users', { username: freshName(), password, generation: 9 }],
    ['POST', '/api/users', { username: freshName(), password, admin: true }],
    ['PATCH', '/api/users/me', { username: 'chief' }],
    ['PATCH', '/api/users/me', { passwordHash: 'x' }],
    ['POST', '/api/rooms', { kind: 'public', title: 'x', ownerId: ada.user.id }],
    ['POST', '/api/rooms', { kind: 'thread', title: 'x' }],
    ['POST', '/api/rooms', { kind: 'direct', memberIds: [ada.user.id], title: 'x' }],
    ['PATCH', `/api/rooms/${room.id}`, { ownerId: bob.user.id }],
    ['PATCH', `/api/rooms/${room.id}`, { kind: 'private' }],
    ['PUT', `/api/rooms/${room.id}/members/me`, { role: 'admin' }],
    ['PUT', `/api/rooms/${room.id}/members/me`, { lastRead: 0 }],
    ['POST', `/api/rooms/${room.id}/messages`, { body: 'x', seq: 1, sentAt: '2000-01-01T00:00:00.000Z' }],
  ]
  for (const [method, path, body] of greedy)
    expect(await bob.ask(method, path, { body }), `${path} ${JSON.stringify(body)}`).toMatchObject({ status: 400 })
  expect(await bob.put(`/api/rooms/${room.id}/members/me`, { role: 'owner' })).toMatchObject({ status: 403 })
  const { body } = await ada.get<{ room: Room }>(`/api/rooms/${room.id}`)
  expect(body.room).toMatchObject({ ownerId: ada.user.id, kind: 'public' })
})

test('[M3] only the very name makes an admin, however similar another one looks', async () => {
  const detailsFor = async (person: Person) =>
    (await person.get<ClusterView>('/api/cluster')).body.nodes.some(({ details }) => details !== undefined)
  const namesakes = ['chief.', 'chief-', 'chief_', 'chief1', 'chie', '__proto__', 'constructor']
  for (const name of namesakes) expect(await detailsFor(await signUp(one, name)), name).toBe(false)
  for (const name of ['Chief', 'CHIEF', 'chief ', ' chief', 'chief\n', 'сhief', 'ｃhief', 'chief\u200b']) {
    const { status } = await openVisitor(one).post('/api/users', { username: name, password })
    expect(status, JSON.stringify(name)).toBe(400)
  }
  expect(await detailsFor(await signUp(one, 'chief'))).toBe(true)
  expect(await openVisitor(two).post('/api/users', { username: 'chief', password })).toMatchObject({
    status: 409,
    body: { code: 'username-taken' },
  })
})

test('[X3] what everybody in a room is told of cannot be changed without end, on whatever node', async () => {
  const env = { ...cluster.env, BUDGET_CHANGE_USER: '8/1m' }
  const strict = await Promise.all(['strict-1', 'strict-2'].map((NODE_NAME) => openTestNode({ ...env, NODE_NAME })))
  try {
    await Promise.all(strict.map(({ ready }) => ready))
    const bob = await signUp(one)
    const { id } = await createRoom(bob, 'public')
    const changes: [string, string, object?][] = [
      ['PATCH', '/api/users/me', { displayName: 'Bob' }],
      ['PATCH', `/api/rooms/${id}`, { topic: 'again' }],
      ['PUT', `/api/rooms/${id}/members/${ada.user.id}`],
      ['DELETE', `/api/rooms/${id}/members/${ada.user.id}`],
    ]
    const statuses: number[] = []
    for (const { origin } of [...strict, ...strict]) {
      bob.origin = origin
      for (const [method, path, body] of changes) statuses.push((await bob.ask(method, path, { body })).status)
    }
    expect(statuses.slice(0, 8).every((status) => status < 300)).toBe(true)
    expect(new Set(statuses.slice(8))).toEqual(new Set([429]))
    expect((await bob.get('/api/rooms')).status).toBe(200)
  } finally {
    await Promise.all(strict.map((node) => node.close()))
  }
})

test('[X2] whatever is answered says nothing of how we are made, and is marked as data', async () => {
  const asked: [string, string, string?][] = [
    ['GET', '/api/session'],
    ['GET', '/api/users/%00'],
    ['GET', '/api/users?q=%25'],
    ['GET', "/api/rooms/public?q=';--"],
    ['GET', '/api/rooms/public?q[]=x'],
    ['GET', '/nowhere/%E0%A4%A'],
    ['POST', '/api/rooms', '{"kind":'],
    ['POST', '/api/users', '{"username":"__proto__","password":{"toString":1}}'],
    ['PROPFIND', '/api/session'],
    ['OPTIONS', '/api/session'],
    ['PUT', `/api/rooms/${randomUUID()}/members/${randomUUID()}`, 'null'],
  ]
  for (const [method, path, text] of asked) {
    const answer = await ada.ask(method, path, text === undefined ? {} : { text })
    expect(answer.status, path).toBeLessThan(500)
    expect(JSON.stringify(answer.body), path).not.toMatch(/at \S+:\d+|node_modules|prisma|select |SQL|postgres|redis/i)
    expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(answer.headers.get('content-security-policy'), path).toContain("default-src 'none'")
  }
})

test('[X2] what is searched for is taken as it stands, wildcards and all', async () => {
  const odd = await signUp(two)
  await odd.patch('/api/users/me', { displayName: `50%_\\${odd.user.id}` })
  const find = async (q: string) =>
    (await ada.get<{ users: User[] }>(`/api/users?q=${encodeURIComponent(q)}`)).body.users.map(({ id }) => id)
  for (const q of ['%_\\', '%_', '_\\']) expect(await find(q), q).toEqual([odd.user.id])
  for (const q of ['%%', '\\\\', `5_%${odd.user.id}`, '_%', '\\%']) expect(await find(q), q).toEqual([])
})
