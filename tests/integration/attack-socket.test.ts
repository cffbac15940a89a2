/** What somebody with a session of their own tries on the socket door, beyond wrong input: the node goes on for all others. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { CallName } from '#protocol/wire.ts'
import { openCaller, refusedAt } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { openRawSocket, type RawSocket } from '../kit/raw-socket.ts'
import { createRoom, type Person, signUp } from '../kit/visitor.ts'

const comeIn = '40{"protocol":1}'
const isIn = ({ heard }: RawSocket) => heard.some((packet) => packet.includes('"hello"'))

let cluster: TestNodes
let origin = ''
let ann: Person

beforeAll(async () => {
  cluster = await openNodes(1)
  ;[origin = ''] = cluster.origins
  ann = await signUp(origin)
})
afterAll(() => cluster.close())

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  return Number(new RegExp(`^parley_${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1])
}

test('[X2] numbers at the edge of what can be held are answered or refused, never a fault of ours', async () => {
  const { id: roomId } = await createRoom(ann, 'private')
  const caller = await openCaller(origin, ann.cookie)
  await caller.call('message:send', { roomId, id: randomUUIDv7(), body: 'the first' })
  const epoch = caller.of('hello')[0]?.epoch ?? ''
  const faultsBefore = await metric('store_faults_total')
  const calls: [CallName, (edge: number) => object][] = [
    ['room:resume', (rev) => ({ roomId, epoch, rev })],
    ['room:resume', (atLeast) => ({ roomId, epoch, rev: 1, atLeast })],
    ['room:page', (after) => ({ roomId, after })],
    ['room:page', (around) => ({ roomId, around, limit: 99 })],
    ['room:page', (before) => ({ roomId, before, limit: 100 })],
    ['room:read', (seq) => ({ roomId, seq })],
    ['room:unread', (seq) => ({ roomId, seq })],
    ['message:send', (replyTo) => ({ roomId, id: randomUUIDv7(), body: 'x', replyTo })],
    ['message:edit', (seq) => ({ roomId, seq, body: 'x', onRev: seq })],
    ['message:delete', (seq) => ({ roomId, seq })],
    ['message:pin', (seq) => ({ roomId, seq, on: true })],
    ['message:react', (seq) => ({ roomId, seq, emoji: '👍', on: true })],
  ]
  const edges = [2e9 - 50, 2e9, 2e9 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 1e21]
  for (const [name, inputOf] of calls) {
    for (const edge of edges) {
      const { ok, code } = await caller.say(name, inputOf(edge))
      if (!ok) expect(code, `${name} ${edge}`).toMatch(/^(bad-input|not-found)$/)
      else expect(edge, name).toBeLessThanOrEqual(2e9)
    }
  }
  for (const key of ['before', 'after', 'around']) {
    for (const edge of edges.filter((value) => value < 1e10)) {
      const { status } = await ann.get(`/api/rooms/${roomId}/messages?${key}=${edge}&limit=100`)
      expect(status, `${key}=${edge}`).toBe(edge <= 2e9 ? 200 : 400)
    }
  }
  expect(await metric('store_faults_total')).toEqual(faultsBefore)
})

test('[X3] a connection is good for one socket, however often it says that it comes in', async () => {
  const before = await metric('connections')
  const socket = await openRawSocket(origin, ann.cookie)
  for (let turn = 0; turn < 50; turn += 1) socket.send(comeIn)
  await eventually(() => socket.heard.filter((packet) => packet.startsWith('44')).length === 49)
  const hellos = () => socket.heard.filter((packet) => packet.includes('"hello"')).length
  await eventually(() => hellos() > 0)
  expect(await metric('connections')).toBe(before + 1)
  socket.send('420["room:page",{}]')
  expect(await socket.answer(0)).toMatchObject({ ok: false, code: 'bad-input' })
  expect(hellos()).toBe(1)
})

test('[X3] whoever floods a node is cut off, before and after they came in, and the others are served', async () => {
  const calm = await openCaller(origin, ann.cookie)
  for (const flood of ['40/nowhere,{}', comeIn, '421["no such call",{}]', '6']) {
    const socket = await openRawSocket(origin, ann.cookie)
    if (flood.startsWith('42')) socket.send(comeIn)
    for (let count = 0; count < 6_000; count += 1) socket.send(flood)
    await eventually(() => !socket.isOpen())
    expect(await calm.call('room:page', { roomId: randomUUIDv7() })).toMatchObject({ code: 'not-found' })
  }
})

test('[X3] nobody holds more sockets on a node than they could ever look at, and others come in meanwhile', async () => {
  const [many, other] = [await signUp(origin), await signUp(origin)]
  const sockets = Array.from({ length: limits.socketsPerUser }, () => openRawSocket(origin, many.cookie))
  for (const socket of await Promise.all(sockets)) {
    socket.send(comeIn)
    await eventually(() => isIn(socket), { everyMs: 2 })
  }
  expect(await refusedAt(origin, many.cookie)).toMatchObject({ code: 'slow-down', retryInMs: 5_000 })
  await openCaller(origin, other.cookie)
})

test('[X2] packets that no client of ours sends are refused or close their own socket', async () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const [deep, spaces, binary, names] = await Promise.all([1, 2, 3, 4].map(() => openRawSocket(origin, ann.cookie)))
  if (!(deep && spaces && binary && names)) throw new Error('unable to begin; not all sockets are open')
  for (const socket of [deep, binary, names]) socket.send(comeIn)
  await eventually(() => [deep, binary, names].every(isIn))

  deep.send(`420["message:send",${nested(30_000)}]`)
  deep.send('421["message:send",{"__proto__":{"roomId":"x"},"constructor":{"prototype":{"ok":true}}}]')
  deep.send('422["__proto__",{}]')
  for (const number of [0, 1, 2]) expect(await deep.answer(number)).toMatchObject({ ok: false, code: 'bad-input' })
  expect(Reflect.get({}, 'ok')).toBeUndefined()
  deep.send('423[["message:send"],{}]')

  for (const space of ['/admin', '/__proto__', '/constructor', '/?token=x']) spaces.send(`40${space},{"protocol":1}`)
  await eventually(() => spaces.heard.filter((packet) => packet.includes('Invalid namespace')).length >= 3)

  binary.send(`451-0["message:send",${nested(30_000)}]`)
  binary.send(new Uint8Array([1]))
  names.send('42["disconnect"]')
  await eventually(() => ![deep, binary, names].some((socket) => socket.isOpen()))

  const many = await openRawSocket(origin, ann.cookie)
  many.send(`459999999-0["message:send",{"_placeholder":true,"num":0}]`) // parts that are waited for, and kept
  await eventually(() => !many.isOpen())
  await openCaller(origin, ann.cookie)
})

test('[X1] a foreign page gets nothing through polling: not by writing to a connection of ours, and not by script tags', async () => {
  const open = await fetch(`${origin}/socket.io/?EIO=4&transport=polling`, { headers: { cookie: ann.cookie, origin } })
  const { sid }: { sid: string } = JSON.parse((await open.text()).slice(1))
  expect(open.headers.get('x-content-type-options')).toBe('nosniff')
  expect(open.headers.get('content-security-policy')).toContain("default-src 'none'")
  const at = `${origin}/socket.io/?EIO=4&transport=polling&sid=${sid}`
  const write = (headers: Record<string, string>) =>
    fetch(at, { method: 'POST', body: comeIn, headers: { 'content-type': 'text/plain', ...headers } })
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
    expect((await write({ cookie: ann.cookie, ...headers })).status, JSON.stringify(headers)).toBe(403)
  for (const j of ['&j=0', '&j', '&%6a=1'])
    expect((await fetch(`${origin}/socket.io/?EIO=4&transport=polling${j}`)).status, j).toBe(403)
  expect((await write({ cookie: ann.cookie, origin })).status).toBe(200)
})

test('[X2] a reaction is an emoji, and neither a word nor something nobody can see', async () => {
  const { id: roomId } = await createRoom(ann, 'private')
  const caller = await openCaller(origin, ann.cookie)
  await caller.call('message:send', { roomId, id: randomUUIDv7(), body: 'react to this' })
  const react = (emoji: string) => caller.call('message:react', { roomId, seq: 1, emoji, on: true })
  const words = [
    '__proto__',
    'constructor',
    '\u200b',
    '\u202e',
    '<b>',
    '"}',
    '7',
    '#',
    '👍👍',
    '👍x',
    '\u{1f1e6}',
    '👍'.repeat(9),
  ]
  for (const word of words) expect(await react(word), word).toMatchObject({ ok: false, code: 'bad-input' })
  for (const emoji of ['👍', '👍🏽', '❤️', '❤', '🏳️‍🌈', '👩‍👩‍👧‍👦', '🇨🇭', '7️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'])
    expect(await react(emoji), emoji).toMatchObject({ ok: true })
})

test('[X3] of the public rooms somebody only looks at, a socket hears no more than it could show', async () => {
  const made = Array.from({ length: limits.guestRooms + 2 }, () => createRoom(ann, 'public'))
  const rooms = (await Promise.all(made)).map(({ id }) => id)
  const caller = await openCaller(origin, (await signUp(origin)).cookie)
  for (const roomId of rooms)
    expect(await caller.call('room:resume', { roomId, epoch: '', rev: 0 })).toMatchObject({ ok: true })
  const heard = () => new Set(caller.of('room:changes').map(({ roomId }) => roomId))
  await Promise.all(rooms.map((roomId) => ann.post(`/api/rooms/${roomId}/messages`, { body: 'who hears this?' })))
  await eventually(() => heard().size >= limits.guestRooms)
  expect(heard()).toEqual(new Set(rooms.slice(2)))
})

test('[X3] who came for a look and joined hears the room, whatever they look at afterwards', async () => {
  const made = Array.from({ length: limits.guestRooms + 1 }, () => createRoom(ann, 'public'))
  const [joined = '', ...others] = (await Promise.all(made)).map(({ id }) => id)
  const person = await signUp(origin)
  const caller = await openCaller(origin, person.cookie)
  const look = async (roomId: string) =>
    expect(await caller.call('room:resume', { roomId, epoch: '', rev: 0 })).toMatchObject({ ok: true })
  await look(joined)
  expect((await person.put(`/api/rooms/${joined}/members/${person.user.id}`, {})).status).toBe(200)
  await eventually(() => caller.of('room:added').length > 0)
  for (const roomId of others) await look(roomId)
  await ann.post(`/api/rooms/${joined}/messages`, { body: 'who hears this?' })
  const heard = () => caller.of('room:changes').flatMap(({ messages }) => messages.map(({ body }) => body))
  await eventually(() => heard().includes('who hears this?'))
})
