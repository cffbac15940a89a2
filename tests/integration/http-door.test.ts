/** What strangers and foreign pages get at the HTTP door: a coded refusal, and nothing has changed. */
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, Page, Room } from '#protocol/wire.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, openVisitor, type Person, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']
let ada: Person
let bob: Person
let room: Room

beforeAll(async () => {
  cluster = await openNodes(2)
  ;[one = '', two = ''] = cluster.origins
  ada = await signUp(one)
  bob = await signUp(two)
  room = await createRoom(ada, 'public', [bob])
})
afterAll(() => cluster.close())

const messagesOf = () => ada.get<Page>(`/api/rooms/${room.id}/messages`)
const headOf = async () => (await messagesOf()).body.head

/** Nothing may come of what `work` sends. */
async function withoutEffect(work: () => Promise<void>): Promise<void> {
  const before = await messagesOf()
  await work()
  expect((await messagesOf()).body).toEqual({ ...before.body, source: expect.any(String) })
  for (const origin of cluster.origins) expect((await openVisitor(origin).get('/readyz')).status).toBe(200)
}

const send = (body: unknown, headers = {}) => ada.post(`/api/rooms/${room.id}/messages`, body, headers)

test('[X1] a write from a foreign page, from "null", or a nameless one across sites is refused', async () => {
  await withoutEffect(async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: one.replace('127.0.0.1', 'localhost') },
      { origin: `${one}.evil.example` },
      { origin: one.replace(/\d+$/, '1') },
    ])
      expect(await send({ body: 'forged' }, headers), JSON.stringify(headers)).toMatchObject({
        status: 403,
        body: { code: 'forbidden', definite: true },
      })
    for (const site of ['cross-site', 'same-site']) {
      const { status } = await ask({ headers: { cookie: ada.cookie, 'sec-fetch-site': site } })
      expect(status, site).toBe(403)
    }
  })
  for (const method of ['PUT', 'PATCH', 'DELETE'])
    expect((await ada.ask(method, '/api/users/me', { headers: { origin: 'null' } })).status).toBe(403)
})

test('[X1] without a browser there may be no Origin, and our own page may write', async () => {
  expect(await ask({ headers: { cookie: ada.cookie } })).toMatchObject({ status: 201 })
  expect(await ask({ headers: { cookie: ada.cookie, 'sec-fetch-site': 'same-origin' } })).toMatchObject({ status: 201 })
  expect((await send({ body: 'from our page' })).status).toBe(201)
})

test('[X2] an oversized body is refused as too large, also when it is packed or its size is not told', async () => {
  await withoutEffect(async () => {
    const big = JSON.stringify({ body: 'x'.repeat(70_000) })
    expect(await send({ body: 'x'.repeat(70_000) })).toMatchObject({
      status: 413,
      body: { code: 'too-large', definite: true },
    })
    expect((await ask({ text: big, headers: { cookie: ada.cookie, 'transfer-encoding': 'chunked' } })).status).toBe(413)
  })
})

test('[L3] a message sent again under its id is the same message, and somebody else’s id is refused', async () => {
  const id = crypto.randomUUID()
  const path = `/api/rooms/${room.id}/messages`
  const first = await ada.post<{ message: Message }>(path, { id, body: 'once' })
  const head = await headOf()
  ada.origin = two
  const again = await ada.post<{ message: Message }>(path, { id, body: 'once' })
  ada.origin = one
  expect(again.body.message).toEqual(first.body.message)
  expect(await bob.post(path, { id, body: 'once' })).toMatchObject({
    status: 409,
    body: { code: 'id-taken', definite: true },
  })
  expect(await ada.post(path, { id, body: 'twice' })).toMatchObject({ status: 409, body: { code: 'id-taken' } })
  expect(await headOf()).toBe(head)
})

test('[X5] a foreign private room answers as one that does not exist, whatever is asked of it', async () => {
  const secret = await createRoom(ada, 'private')
  await ada.post(`/api/rooms/${secret.id}/messages`, { body: 'for nobody else' })
  const nowhere = crypto.randomUUID()
  const calls: [string, string, unknown?][] = [
    ['GET', ''],
    ['PATCH', '', { title: 'mine now' }],
    ['GET', '/messages'],
    ['GET', '/messages?around=1'],
    ['POST', '/messages', { body: 'hello?' }],
    ['PATCH', '/messages/1', { body: 'changed' }],
    ['DELETE', '/messages/1'],
    ['PUT', '/messages/1/reactions/👍'],
    ['DELETE', '/messages/1/reactions/👍'],
    ['PUT', '/members/me'],
    ['PUT', `/members/${bob.user.id}`, { role: 'owner' }],
    ['DELETE', `/members/${ada.user.id}`],
    ['DELETE', '/members/me'],
  ]
  for (const [method, path, body] of calls) {
    const [foreign, absent] = await Promise.all(
      [secret.id, nowhere].map((id) => bob.ask(method, `/api/rooms/${id}${path}`, { body })),
    )
    expect(foreign, `${method} ${path}`).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(foreign?.body).toEqual(absent?.body)
  }
  const { body } = await bob.get<{ rooms: Room[] }>('/api/rooms/public?q=private')
  expect(body.rooms.map(({ id }) => id)).not.toContain(secret.id)
})

test('every answer has helmet’s headers and says nothing of what runs here', async () => {
  const { headers } = await openVisitor(one).get('/api/session')
  expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-powered-by')).toBeNull()
})

test('the probes answer without a session', async () => {
  const visitor = openVisitor(one)
  expect(await visitor.get('/livez')).toMatchObject({
    status: 200,
    body: { alive: true, node: 'node-1', version: 'test', build: 'test' },
  })
  expect(await visitor.get('/readyz')).toMatchObject({
    status: 200,
    body: { ready: true, postgres: true, sessions: true },
  })
  const { body } = await visitor.get<string>('/metrics')
  expect(body).toContain('parley_build_info{version="test",node="node-1"} 1')
})

type Raw = { text?: string; headers: Record<string, string> }

/** A request just as it is given, for what `fetch` would not send. */
function ask({ text = '{"body":"raw"}', headers }: Raw): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${one}/api/rooms/${room.id}/messages`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        response.resume()
        resolve({ status: response.statusCode ?? 0 })
      },
    )
    sent.on('error', reject)
    sent.end(text)
  })
}
