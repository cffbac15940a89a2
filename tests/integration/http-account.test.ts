/** Accounts over three nodes: who gets in, what it costs to guess, and who is found. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '#protocol/wire.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, openTestNode, type TestNodes } from '../kit/nodes.ts'
import { freshName, openVisitor, password, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two, three] = ['', '', '']

beforeAll(async () => {
  cluster = await openNodes(3, { ADMINS: 'root' })
  ;[one = '', two = '', three = ''] = cluster.origins
})
afterAll(() => cluster.close())

/** Another device of the same account. */
async function signIn(origin: string, username: string, secret = password) {
  const visitor = openVisitor(origin)
  return {
    visitor,
    reply: await visitor.post<{ user?: User; code?: string }>('/api/session', { username, password: secret }),
  }
}

test('a username is somebody’s once, a display name is what one likes, and both are in bounds', async () => {
  const ada = await signUp(one)
  const taken = await openVisitor(two).post('/api/users', { username: ada.user.username, password })
  expect(taken).toMatchObject({ status: 409, body: { code: 'username-taken' } })
  for (const username of ['A', 'ab c', 'Ada', 'x'.repeat(33), 'ä'.repeat(4), 7, null])
    expect(await openVisitor(two).post('/api/users', { username, password })).toMatchObject({ status: 400 })
  expect(await openVisitor(two).post('/api/users', { username: freshName(), password: 'short' })).toMatchObject({
    status: 400,
  })
  const named = await ada.patch<{ user: User }>('/api/users/me', { displayName: 'Ada Lovelace 🧮' })
  expect(named).toMatchObject({ status: 200, body: { user: { ...ada.user, displayName: 'Ada Lovelace 🧮' } } })
  ada.origin = three
  expect((await ada.get<{ user: User }>(`/api/users/${ada.user.id}`)).body.user.displayName).toBe('Ada Lovelace 🧮')
})

test('a hundred wrong passwords: each is refused, nobody is let in, and the right one still works', async () => {
  const ada = await signUp(one)
  const tries = Array.from({ length: 100 }, (_, index) =>
    signIn(cluster.origins[index % 3] ?? one, ada.user.username, `wrong ${index}`),
  )
  for (const { reply, visitor } of await Promise.all(tries)) {
    expect(reply).toMatchObject({ status: 401, body: { code: 'signed-out', definite: true } })
    expect(visitor.cookie).toBe('')
  }
  expect((await signIn(two, ada.user.username)).reply.status).toBe(200)
})

test('[X6] a name nobody has is answered like a wrong password', async () => {
  const ada = await signUp(one)
  const [unknown, impossible, wrong] = await Promise.all([
    signIn(one, freshName()),
    signIn(one, 'no such \u0000 name \ud800'),
    signIn(one, ada.user.username, 'wrong horse'),
  ])
  expect(unknown.reply.status).toBe(401)
  expect(unknown.reply.body).toEqual(wrong.reply.body)
  expect(impossible.reply.body).toEqual(wrong.reply.body)
})

test('[X3] [X7] sign-ins are counted over all nodes by name and address, so nobody locks another out', async () => {
  const env = {
    ...cluster.env,
    BUDGET_SIGN_IN_NAME: '3/1m',
    BUDGET_SIGN_IN_ADDRESS: '8/1m',
    BUDGET_SIGN_UP_ADDRESS: '2/1m',
  }
  const strict = await Promise.all(['strict-1', 'strict-2'].map((NODE_NAME) => openTestNode({ ...env, NODE_NAME })))
  try {
    await Promise.all(strict.map(({ ready }) => ready))
    const ada = await signUp(one)
    const from = (address: string, username: string, secret: string, index = 0) =>
      openVisitor(strict[index % 2]?.origin ?? '').post(
        '/api/session',
        { username, password: secret },
        { 'x-forwarded-for': address },
      )
    for (const index of [0, 1, 2])
      expect((await from('198.51.100.1', ada.user.username, 'wrong', index)).status).toBe(401)
    const refused = await from('198.51.100.1', ada.user.username, password)
    expect(refused).toMatchObject({ status: 429, body: { code: 'slow-down', definite: true } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30)
    expect(refused.body.retryInMs).toBeGreaterThan(30_000)
    expect((await from('198.51.100.2', ada.user.username, password)).status).toBe(200)
    const others = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((index) => from('198.51.100.1', freshName(), 'wrong', index)),
    )
    expect(others.map(({ status }) => status).filter((status) => status === 429).length).toBeGreaterThanOrEqual(1)
    const newcomer = (index: number) =>
      openVisitor(strict[index % 2]?.origin ?? '').post(
        '/api/users',
        { username: freshName(), password },
        { 'x-forwarded-for': '198.51.100.3' },
      )
    expect([await newcomer(0), await newcomer(1), await newcomer(2)].map(({ status }) => status)).toEqual([
      201, 201, 429,
    ])
  } finally {
    await Promise.all(strict.map((node) => node.close()))
  }
})

test('people are found by id, by ids and by what they are called', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  const one_ = await ada.get<{ source: string; user: User }>(`/api/users/${bob.user.id}`)
  expect(one_.body).toEqual({ source: expect.stringMatching(/^(cache|database)$/), user: bob.user })
  const both = await ada.get<{ users: User[] }>(`/api/users?ids=${ada.user.id},${bob.user.id}`)
  expect(new Set(both.body.users)).toEqual(new Set([ada.user, bob.user]))
  const found = await ada.get<{ users: User[] }>(`/api/users?q=${bob.user.username.slice(0, 12)}`)
  expect(found.body.users).toContainEqual(bob.user)
  expect((await ada.get(`/api/users/${crypto.randomUUID()}`)).status).toBe(404)
  expect((await ada.get('/api/users')).status).toBe(400)
  expect((await ada.get('/api/users?ids=1,2')).status).toBe(400)
  expect((await ada.get<{ user: User }>('/api/users/me')).body.user).toEqual(ada.user)
})

test('nothing under /api is told to who is not signed in', async () => {
  const stranger = openVisitor(one)
  const id = crypto.randomUUID()
  for (const path of [
    'session',
    'sessions',
    `users/${id}`,
    'users?q=a',
    'rooms',
    'rooms/public',
    `rooms/${id}`,
    `rooms/${id}/messages`,
    'cluster',
  ])
    expect(await stranger.get(`/api/${path}`), path).toMatchObject({ status: 401, body: { code: 'signed-out' } })
})

test('the cluster is shown to who is signed in, its details to admins', async () => {
  const [ada, root] = [await signUp(one), await signUp(two, 'root')]
  type View = { node: string; nodes: { name: string; details?: object }[] }
  await eventually(async () => {
    const { body } = await ada.get<View>('/api/cluster')
    expect(body.nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3'])
    expect(body.nodes.some(({ details }) => details !== undefined)).toBe(false)
  })
  const { body } = await root.get<View>('/api/cluster')
  expect(body.node).toBe('node-2')
  for (const { details } of body.nodes) expect(details).toMatchObject({ databaseOk: true, stateRedisOk: true })
})
