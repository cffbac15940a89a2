/** Bad input at the socket door: each gets its coded refusal, the process lives, nothing changed. */
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from '#protocol/schemas.ts'
import type { CallName, Page } from '#protocol/wire.ts'
import { type Caller, openCaller, refusedAt } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { createRoom, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let origin = ''

beforeAll(async () => {
  cluster = await openNodes(1)
  ;[origin = ''] = cluster.origins
})
afterAll(() => cluster.close())

/** A member of a private room with one message, a stranger to it, and a look at what must not change. */
async function openScene() {
  const [ann, eve] = await Promise.all([signUp(origin), signUp(origin)])
  const { id: roomId } = await createRoom(ann, 'private')
  const [member, stranger] = await Promise.all([openCaller(origin, ann.cookie), openCaller(origin, eve.cookie)])
  const id = randomUUIDv7()
  expect(await member.call('message:send', { roomId, id, body: 'the first' })).toMatchObject({ ok: true })
  async function look() {
    const { source: _, ...page } = (await ann.get<Page>(`/api/rooms/${roomId}/messages`)).body
    return page
  }
  return { member, stranger, roomId, id, look, before: await look() }
}

/** A right input of each call, for a room. */
const inputs = (roomId: string): Record<CallName, Record<string, unknown>> => ({
  'message:send': { roomId, id: randomUUIDv7(), body: 'hello' },
  'message:edit': { roomId, seq: 1, body: 'changed' },
  'message:delete': { roomId, seq: 1 },
  'message:pin': { roomId, seq: 1, on: true },
  'message:react': { roomId, seq: 1, emoji: '👍', on: true },
  'room:resume': { roomId, epoch: '', rev: 0 },
  'room:page': { roomId },
  'room:read': { roomId, seq: 1 },
  'room:unread': { roomId, seq: 0 },
  'member:typing': { roomId },
})
const names = Object.keys(calls) as CallName[]
const badInput = { ok: false, code: 'bad-input', definite: true }

test('[X2] every call refuses what is not of its form, and says what is wrong', async () => {
  const { member, roomId, look, before } = await openScene()
  for (const name of names) {
    const right = inputs(roomId)[name]
    const wrong: unknown[] = [null, 7, 'text', [], [right], true, {}, { ...right, extra: 1 }, Buffer.from('bytes')]
    for (const key of Object.keys(right)) {
      const { [key]: _, ...rest } = right
      for (const value of [null, -1, 1.5, 2 ** 53, {}, [], true, '', Buffer.from('x')]) {
        if (key === 'on' && value === true) continue
        if ((key === 'epoch' || key === 'limit') && value === '') continue
        wrong.push({ ...rest, [key]: value })
      }
      wrong.push(rest)
    }
    for (const input of wrong)
      expect(await member.say(name, input), `${name} ${JSON.stringify(input)}`).toMatchObject(badInput)
  }
  const said = await member.say('message:send', { ...inputs(roomId)['message:send'], roomId: 7 })
  expect(said.detail).toMatch(/^roomId: /)
  expect(await look()).toEqual(before)
})

test('[X2] [L8] text that Postgres cannot hold, or that is too long or blank, is refused', async () => {
  const { member, roomId, look, before } = await openScene()
  const bodies = ['a\u0000b', '\ud800', 'x\udc00', 'x'.repeat(4_001), '', ' \n\t ']
  for (const body of bodies) {
    expect(await member.say('message:send', { roomId, id: randomUUIDv7(), body })).toMatchObject(badInput)
    expect(await member.say('message:edit', { roomId, seq: 1, body })).toMatchObject(badInput)
  }
  for (const emoji of ['a\u0000', '\ud83d', 'two words', 'x'.repeat(33)]) {
    expect(await member.say('message:react', { roomId, seq: 1, emoji, on: true })).toMatchObject(badInput)
  }
  expect(await member.say('room:page', { roomId, before: 3, after: 1 })).toMatchObject(badInput)
  expect(await member.say('room:page', { roomId, limit: 101 })).toMatchObject(badInput)
  expect(await look()).toEqual(before)
})

test('[X5] a private room one is not in answers like one that does not exist, to every call', async () => {
  const { member, stranger, roomId, look, before } = await openScene()
  for (const name of names) {
    const [foreign, unknown] = await Promise.all([
      stranger.say(name, inputs(roomId)[name]),
      stranger.say(name, inputs(randomUUID())[name]),
    ])
    expect(foreign, name).toMatchObject({ ok: false, code: 'not-found' })
    expect(unknown, name).toEqual(foreign)
  }
  await member.call('message:send', { roomId, id: randomUUIDv7(), body: 'not for strangers' })
  await eventually(() => member.of('room:changes').at(-1)?.head === 2)
  expect(stranger.heard.map(({ event }) => event)).toEqual(['hello'])
  expect(before).toMatchObject({ head: 1, rev: 2 })
  expect(await look()).toMatchObject({ head: 2, rev: 3 })
})

test('[L3] the id of somebody else’s message is taken, for that draft alone', async () => {
  const { member, roomId, id } = await openScene()
  const drafts = [id, randomUUIDv7()].map((one) => ({ roomId, id: one, body: 'other words' }))
  const [taken, fresh] = await Promise.all(drafts.map((one) => member.call('message:send', one)))
  expect(taken).toMatchObject({ ok: false, code: 'id-taken', definite: true })
  expect(fresh).toMatchObject({ ok: true, value: { seq: 2 } })
})

test('whoever asks for no acknowledgement gets no work done', async () => {
  const { member, roomId, look, before } = await openScene()
  const send = inputs(roomId)['message:send']
  member.socket.emit('message:send', send)
  member.socket.emit('message:send', send, 'not a function')
  member.socket.emit('message:delete', { roomId, seq: 1 })
  member.socket.emit('message:send')
  expect(await look()).toEqual(before)
})

test('[X2] names that are no calls are refused, and those of the machinery do no harm', async () => {
  const { member, look, before } = await openScene()
  for (const name of ['message:sned', 'error', 'constructor', '__proto__', 'toString', 'hello', 'word', '']) {
    expect(await member.say(name, {}), name).toMatchObject(badInput)
  }
  member.socket.emit('error', 'x')
  expect(await look()).toEqual(before)
  expect(member.socket.connected).toBe(true)
})

test('a frame beyond its bound closes the socket, and the node goes on', async () => {
  const { member, stranger, roomId, look, before } = await openScene()
  member.socket.emit('message:send', { roomId, id: randomUUIDv7(), body: 'x'.repeat(70_000) }, () => {})
  await eventually(() => !member.socket.connected)
  expect(stranger.socket.connected).toBe(true)
  expect(await look()).toEqual(before)
})

test('packets that break the protocol close their socket, and the node goes on', async () => {
  const { member, stranger, roomId } = await openScene()
  const ann = (await signUp(origin)).cookie
  for (const packet of [
    '4',
    '49',
    '42[',
    '42{"a":1}',
    '451-["x"]',
    '42["message:send"',
    '43[1]',
    '4999999999[]',
    'zzz',
  ]) {
    const one: Caller = await openCaller(origin, ann)
    const { engine } = one.socket.io as unknown as { engine: { transport: { ws: { send(data: string): void } } } }
    engine.transport.ws.send(packet)
    one.socket.close()
  }
  const again = await openCaller(origin, ann)
  const { engine } = again.socket.io as unknown as { engine: { transport: { ws: { send(data: string): void } } } }
  engine.transport.ws.send('40{"protocol":1}') // a second coming in on the same connection
  expect(await member.call('room:read', { roomId, seq: 1 })).toMatchObject({ ok: true })
  expect(stranger.socket.connected).toBe(true)
})

test('[X1] pages of others are refused on both ways in', async () => {
  const ann = await signUp(origin)
  for (const foreign of ['http://evil.example', 'null']) {
    for (const transport of ['websocket', 'polling']) {
      const options = { transports: [transport], extraHeaders: { origin: foreign } }
      expect(await refusedAt(origin, ann.cookie, options)).toEqual({})
    }
  }
  await openCaller(origin, ann.cookie, { transports: ['polling'] })
})
