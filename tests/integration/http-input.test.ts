/** What broken and hostile input gets at the HTTP door: a coded refusal, and nothing has changed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, Page, Room } from '#protocol/wire.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, freshName, openVisitor, type Person, signUp } from '../kit/visitor.ts'

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

/** Nothing may come of what `work` sends. */
async function withoutEffect(work: () => Promise<void>): Promise<void> {
  const before = await messagesOf()
  await work()
  expect((await messagesOf()).body).toEqual({ ...before.body, source: expect.any(String) })
  for (const origin of cluster.origins) expect((await openVisitor(origin).get('/readyz')).status).toBe(200)
}

const send = (body: unknown, headers = {}) => ada.post(`/api/rooms/${room.id}/messages`, body, headers)

test('[X2] a body that is not JSON, or not said to be, is refused', async () => {
  await withoutEffect(async () => {
    const path = `/api/rooms/${room.id}/messages`
    for (const text of [
      '{"body": "unfinished',
      '',
      'null',
      '"hi"',
      '[]',
      '{"body": undefined}',
      '\u0000',
      '{'.repeat(10_000),
    ])
      expect(await ada.ask('POST', path, { text }), text.slice(0, 20)).toMatchObject({
        status: 400,
        body: { code: 'bad-input' },
      })
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      '',
    ])
      expect(
        await ada.ask('POST', path, { text: '{"body":"hi"}', headers: { 'content-type': type } }),
        type,
      ).toMatchObject({
        status: 400,
        body: { code: 'bad-input' },
      })
    const charset = await ada.ask('POST', path, {
      text: '{"body":"hi"}',
      headers: { 'content-type': 'application/json; charset=klingon' },
    })
    expect(charset).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  })
})

test('[X2] input of a wrong form is refused with the place of its fault, never with what was sent', async () => {
  await withoutEffect(async () => {
    const wrong: [unknown, RegExp][] = [
      [{}, /^body: /],
      [{ body: 7 }, /^body: /],
      [{ body: '' }, /^body: /],
      [{ body: ' \n ' }, /^body: is blank/],
      [{ body: 'x'.repeat(4_001) }, /^body: /],
      [{ body: ['secret'] }, /^body: /],
      [{ body: 'hi', id: 'not-a-uuid' }, /^id: /],
      [{ body: 'hi', replyTo: 0 }, /^replyTo: /],
      [{ body: 'hi', replyTo: 1.5 }, /^replyTo: /],
      [{ body: 'hi', replyTo: 1e99 }, /^replyTo: /],
      [{ body: 'hi', authorId: bob.user.id }, /authorId/],
    ]
    for (const [body, place] of wrong) {
      const refused = await send(body)
      expect(refused, JSON.stringify(body)).toMatchObject({ status: 400, body: { code: 'bad-input', definite: true } })
      expect(refused.body.detail).toMatch(place)
      expect(refused.body.detail).not.toContain('secret')
      expect(refused.headers.get('content-type')).toContain('application/problem+json')
    }
    const polluted = await ada.ask('POST', `/api/rooms/${room.id}/messages`, {
      text: '{"body":"hi","__proto__":{"admin":true}}',
    })
    expect(polluted.status).toBe(400)
  })
})

test('[L8] [X2] NUL and lone surrogates are refused wherever text is taken', async () => {
  await withoutEffect(async () => {
    for (const trick of ['\\u0000', '\\ud800', '\\udc00x', 'x\\ud83d'])
      for (const [method, path, text] of [
        ['POST', `/api/rooms/${room.id}/messages`, `{"body":"a${trick}b"}`],
        ['POST', '/api/rooms', `{"kind":"public","title":"a${trick}"}`],
        ['PATCH', `/api/rooms/${room.id}`, `{"topic":"a${trick}"}`],
        ['PATCH', '/api/users/me', `{"displayName":"a${trick}"}`],
        ['POST', '/api/users', `{"username":"${freshName()}","password":"eight chars ${trick}"}`],
      ] as const)
        expect(await ada.ask(method, path, { text }), `${path} ${trick}`).toMatchObject({
          status: 400,
          body: { code: 'bad-input' },
        })
  })
  expect((await ada.get('/api/users?q=%00')).status).toBe(400)
  expect((await ada.get('/api/rooms/public?q=%00')).status).toBe(400)
})

test('[X4] text of every other kind comes back as it was sent, as JSON that no browser takes for a page', async () => {
  for (const body of [
    '<script>alert(1)</script>',
    "'; DROP TABLE messages; --",
    '👩‍👩‍👧‍👦 \u202e rtl \uffff',
    'x'.repeat(4_000),
    '\\u0000',
  ]) {
    const sent = await ada.post<{ message: Message }>(`/api/rooms/${room.id}/messages`, { body })
    expect(sent.status).toBe(201)
    expect(sent.body.message.body).toBe(body)
    expect(sent.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(sent.headers.get('x-content-type-options')).toBe('nosniff')
  }
  const refused = await ada.get('/api/rooms/<img src=x onerror=alert(1)>')
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(JSON.stringify(refused.body)).not.toContain('<img')
})

test('[X2] paths and queries are parsed like everything else', async () => {
  for (const path of [
    '/api/rooms/not-a-room',
    `/api/rooms/${room.id}/messages?limit=0`,
    `/api/rooms/${room.id}/messages?limit=101`,
    `/api/rooms/${room.id}/messages?limit=ten`,
    `/api/rooms/${room.id}/messages?before=1&after=2`,
    `/api/rooms/${room.id}/messages?before=1&before=2`,
    `/api/rooms/${room.id}/messages?bfore=1`,
    `/api/rooms/${room.id}/messages?before=99999999999`,
    '/api/users/%E0%A4%A',
    '/api/users?ids=',
    `/api/users?ids=${Array.from({ length: 101 }, () => ada.user.id).join()}`,
  ])
    expect(await ada.get(path), path).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  for (const path of ['/api', '/api/nothing', '/nothing', '/api/rooms/public/x', '/api/../../etc/passwd', '/.env'])
    expect(await ada.get(path), path).toMatchObject({ status: 404, body: { code: 'not-found' } })
})

test('an unknown room and an unknown message are not found, and a reply to nothing is bad input', async () => {
  const nowhere = crypto.randomUUID()
  expect(await ada.post(`/api/rooms/${nowhere}/messages`, { body: 'hi' })).toMatchObject({
    status: 404,
    body: { code: 'not-found' },
  })
  expect((await ada.get(`/api/rooms/${nowhere}/messages`)).status).toBe(404)
  expect((await ada.patch(`/api/rooms/${room.id}/messages/2000000`, { body: 'hi' })).status).toBe(404)
  expect((await send({ body: 'hi', replyTo: 2_000_000 })).body).toMatchObject({ code: 'bad-input' })
})
