/** Sessions over three nodes: known everywhere, renewed, listed, ended. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#protocol/panel.ts'
import type { User } from '#protocol/wire.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { openVisitor, password, signUp } from '../kit/visitor.ts'

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

test('[S1] whoever signs up on one node is known on the other two', async () => {
  const ada = await signUp(one)
  for (const [index, origin] of cluster.origins.entries()) {
    ada.origin = origin
    const { status, body, headers } = await ada.get<{ user: User; node: string; epoch: string }>('/api/session')
    expect(status).toBe(200)
    expect(body).toEqual({ user: ada.user, node: `node-${index + 1}`, epoch: expect.any(String) })
    expect(headers.get('x-node')).toBe(`node-${index + 1}`)
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('[S1] signed out on one node is signed out on all', async () => {
  const ada = await signUp(one)
  const kept = openVisitor(two)
  kept.cookie = ada.cookie
  ada.origin = two
  expect((await ada.delete('/api/session')).status).toBe(204)
  for (const origin of cluster.origins) {
    kept.origin = origin
    expect(await kept.get('/api/session')).toMatchObject({ status: 401, body: { code: 'signed-out', definite: true } })
  }
})

test('[S2] signing in renews the session id, and the one before is gone', async () => {
  const ada = await signUp(one)
  const before = openVisitor(two)
  before.cookie = ada.cookie
  const { username } = ada.user
  expect(await ada.post('/api/session', { username, password })).toMatchObject({
    status: 200,
    body: { user: ada.user },
  })
  expect(ada.cookie).not.toBe(before.cookie)
  expect((await before.get('/api/session')).status).toBe(401)
  expect((await ada.get('/api/session')).status).toBe(200)
})

test('[S5] the cookie is HttpOnly, SameSite=Lax, and Secure where the connection is', async () => {
  const ada = await signUp(one)
  const plain = await ada.post('/api/session', { username: ada.user.username, password })
  expect(plain.headers.get('set-cookie')).toMatch(/^parley\.sid=.*; HttpOnly; SameSite=Lax$/)
  const overTls = { 'x-forwarded-proto': 'https', origin: one.replace('http', 'https') }
  const secure = await ada.post('/api/session', { username: ada.user.username, password }, overTls)
  expect(secure.headers.get('set-cookie')).toMatch(/; Secure; SameSite=Lax$/)
})

test('[S7] devices are listed by handles, and one can end another', async () => {
  const ada = await signUp(one)
  const { visitor: phone } = await signIn(two, ada.user.username)
  const { body } = await ada.get<{ sessions: Device[] }>('/api/sessions')
  expect(body.sessions.map(({ current }) => current)).toEqual([false, true])
  for (const { handle } of body.sessions) {
    expect(handle).toMatch(/^[\w-]{16,}$/)
    expect(decodeURIComponent(ada.cookie + phone.cookie)).not.toContain(handle)
  }
  const [other] = body.sessions
  expect((await ada.delete(`/api/sessions/${other?.handle}`)).status).toBe(204)
  phone.origin = three
  expect((await phone.get('/api/session')).status).toBe(401)
  expect((await ada.delete(`/api/sessions/${other?.handle}`)).body).toMatchObject({ code: 'not-found' })
})

test('[S7] nobody can end the device of somebody else', async () => {
  const [ada, bob] = [await signUp(one), await signUp(two)]
  const { body } = await ada.get<{ sessions: Device[] }>('/api/sessions')
  expect((await bob.delete(`/api/sessions/${body.sessions[0]?.handle}`)).status).toBe(404)
  expect((await ada.get('/api/session')).status).toBe(200)
})

test('[S2] [S8] a changed password signs every other device out and leaves this one in', async () => {
  const ada = await signUp(one)
  const { username } = ada.user
  const { visitor: phone } = await signIn(two, username)
  const next = 'another horse, another battery'
  const wrong = await ada.post('/api/users/me/password', { current: 'wrong horse', next })
  expect(wrong).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect((await phone.get('/api/session')).status).toBe(200)
  expect((await ada.post('/api/users/me/password', { current: password, next })).status).toBe(204)
  for (const origin of cluster.origins) {
    ada.origin = phone.origin = origin
    expect((await phone.get('/api/session')).status).toBe(401)
    expect((await ada.get('/api/session')).status).toBe(200)
  }
  expect((await signIn(three, username)).reply.status).toBe(401)
  expect((await signIn(three, username, next)).reply.status).toBe(200)
})

test('[S8] whoever changes the password stays signed in, whatever else the device asks meanwhile', async () => {
  const ada = await signUp(one)
  const change = ada.post('/api/users/me/password', { current: password, next: 'another horse, another battery' })
  let changing = true
  const asked: Promise<number>[] = []
  void change.finally(() => {
    changing = false
  })
  while (changing) {
    ada.origin = cluster.origins[asked.length % 3] ?? one
    const asking = ada.get('/api/session').then(({ status }) => status)
    asked.push(asking)
    await Promise.race([asking, change])
  }
  expect((await change).status).toBe(204)
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]))
})
