/** Who may stay on the line: sessions that end, rooms one is taken out of, budgets, and a node that leaves. */
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Device } from '#protocol/panel.ts'
import { protocolVersion } from '#protocol/wire.ts'
import type { Environment } from '../../server/config.ts'
import { openCaller, refusedAt } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes } from '../kit/nodes.ts'
import { createRoom, openVisitor, password, signUp } from '../kit/visitor.ts'

async function openCluster(count: number, env: Environment = {}) {
  const cluster = await openNodes(count, env)
  onTestFinished(() => cluster.close())
  const [one = '', two = ''] = cluster.origins
  return { nodes: cluster.nodes, one, two }
}

test('[S1] without a session, or with an old client, nobody comes in, and is told why', async () => {
  const { one, two } = await openCluster(2)
  const ann = await signUp(one)
  for (const cookie of ['', 'parley.sid=s%3Anonsense.nonsense', 'parley.sid=s%3A', `${ann.cookie}x`]) {
    expect(await refusedAt(two, cookie)).toMatchObject({ code: 'signed-out', definite: true })
  }
  for (const auth of [{}, { protocol: protocolVersion - 1 }, { protocol: `${protocolVersion}` }, { protocol: null }]) {
    expect(await refusedAt(two, ann.cookie, { auth })).toMatchObject({ code: 'outdated' })
  }
  await openCaller(two, ann.cookie)
})

test('[S2] whoever signs out, or is revoked, or changes the password, is off the line on every node within a second', async () => {
  const { one, two } = await openCluster(2)
  const ann = await signUp(one)
  const [phone, laptop] = [openVisitor(two), openVisitor(two)]
  for (const device of [phone, laptop]) {
    await device.post('/api/session', { username: ann.user.username, password })
  }
  const sockets = await Promise.all([phone, laptop, ann].map(({ cookie }) => openCaller(two, cookie)))
  const [onPhone, onLaptop, atHome] = sockets as [(typeof sockets)[0], (typeof sockets)[0], (typeof sockets)[0]]
  phone.origin = one
  await phone.delete('/api/session')
  await eventually(() => !onPhone.socket.connected, { withinMs: 1_000 })
  expect(onPhone.of('session:ended')).toEqual([{ reason: 'signed-out' }])
  const { body } = await laptop.get<{ devices?: Device[]; sessions?: Device[] }>('/api/sessions')
  const handles = (body.devices ?? body.sessions ?? []).filter(({ current }) => current).map(({ handle }) => handle)
  await ann.delete(`/api/sessions/${handles[0]}`)
  await eventually(() => !onLaptop.socket.connected, { withinMs: 1_000 })
  expect(onLaptop.of('session:ended')).toEqual([{ reason: 'revoked' }])
  await laptop.post('/api/session', { username: ann.user.username, password })
  const again = await openCaller(two, laptop.cookie)
  await ann.post('/api/users/me/password', { current: password, next: `${password} 2` })
  await eventually(() => !again.socket.connected, { withinMs: 1_000 })
  expect(again.of('session:ended')).toEqual([{ reason: 'password-changed' }])
  expect(await refusedAt(two, laptop.cookie)).toMatchObject({ code: 'signed-out' })
  const until = performance.now() + 2_500 // a round of repair later
  await eventually(() => performance.now() > until)
  expect(atHome.heard.map(({ event }) => event)).toEqual(['hello'])
  await openCaller(two, ann.cookie)
})

test('[M2] whoever is taken out of a room hears nothing more of it, on any node', async () => {
  const { one, two } = await openCluster(2)
  const [ann, bob] = await Promise.all([signUp(one), signUp(one)])
  const { id: roomId } = await createRoom(ann, 'private', [bob])
  const [here, there] = await Promise.all([openCaller(one, ann.cookie), openCaller(two, bob.cookie)])
  await there.call('room:resume', { roomId, epoch: '', rev: 0 })
  expect((await ann.delete(`/api/rooms/${roomId}/members/${bob.user.id}`)).status).toBeLessThan(300)
  await eventually(() => there.of('room:removed').length === 1, { withinMs: 1_000 })
  const heard = there.heard.length
  await here.call('message:send', { roomId, id: randomUUIDv7(), body: 'behind his back' })
  await eventually(() => here.of('room:changes').at(-1)?.head === 1)
  await here.call('member:typing', { roomId })
  expect(await there.call('room:resume', { roomId, epoch: '', rev: 0 })).toMatchObject({ code: 'not-found' })
  expect(await there.call('member:typing', { roomId })).toMatchObject({ code: 'not-found' })
  expect(there.heard.length).toBe(heard)
  await ann.put(`/api/rooms/${roomId}/members/${bob.user.id}`)
  await eventually(() => there.of('room:added').length === 1, { withinMs: 1_000 })
  await here.call('message:send', { roomId, id: randomUUIDv7(), body: 'welcome back' })
  await eventually(() => there.of('room:changes').some(({ head }) => head === 2))
})

test('[S6] an open socket keeps its session alive, and nothing else does', async () => {
  const { one, two } = await openCluster(2, { SESSION_TTL_MS: '2000' })
  const [ann, bob] = await Promise.all([signUp(one), signUp(one)])
  const caller = await openCaller(two, ann.cookie)
  const until = performance.now() + 4_500
  await eventually(() => performance.now() > until, { withinMs: 6_000, everyMs: 100 })
  expect((await ann.get('/api/session')).status).toBe(200)
  expect((await bob.get('/api/session')).status).toBe(401)
  expect(caller.socket.connected).toBe(true)
})

test('[X3] a flood is answered by refusals that say how long to wait, and changes nothing', async () => {
  const { one } = await openCluster(1, { BUDGET_CALL_SOCKET: '40/10s', BUDGET_SEND_USER: '10/10s' })
  const ann = await signUp(one)
  const { id: roomId } = await createRoom(ann, 'private')
  const [caller, calm] = await Promise.all([openCaller(one, ann.cookie), openCaller(one, ann.cookie)])
  const draft = () => ({ roomId, id: randomUUIDv7(), body: 'again' })
  const sends = await Promise.all(Array.from({ length: 30 }, () => caller.call('message:send', draft())))
  expect(sends.filter(({ ok }) => ok)).toHaveLength(10)
  for (const refused of sends.slice(10)) {
    expect(refused).toMatchObject({ ok: false, code: 'slow-down', definite: true, retryInMs: expect.any(Number) })
  }
  const reads = await Promise.all(Array.from({ length: 60 }, () => caller.call('room:page', { roomId })))
  expect(reads.filter(({ ok }) => ok)).toHaveLength(10)
  expect(await calm.call('room:page', { roomId })).toMatchObject({ ok: true, value: { head: 10 } })
  expect(await calm.call('message:send', draft())).toMatchObject({ code: 'slow-down' }) // one's own, on any socket
})

test('[X3] more calls at once than a client ever makes are refused, not kept', async () => {
  const { one } = await openCluster(1)
  const ann = await signUp(one)
  const { id: roomId } = await createRoom(ann, 'private')
  const caller = await openCaller(one, ann.cookie)
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => caller.call('message:send', { roomId, id: randomUUIDv7(), body: 'x' })),
  )
  const refused = answers.filter(({ ok }) => !ok)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every(({ code, retryInMs }) => code === 'slow-down' && retryInMs === 250)).toBe(true)
  const { value } = await caller.call('room:page', { roomId })
  expect(value.head).toBe(answers.length - refused.length)
})

test('[D1] [D2] a node that leaves takes no drafts, asks its sockets to go, batch by batch, and lets no new one in', async () => {
  const { nodes, one, two } = await openCluster(2)
  const ann = await signUp(two)
  const { id: roomId } = await createRoom(ann, 'private')
  const callers = await Promise.all(Array.from({ length: 5 }, () => openCaller(one, ann.cookie)))
  const leaving = nodes[0]?.drain()
  await eventually(() => callers.some(({ heard }) => heard.some(({ event }) => event === 'node:draining')))
  const last = callers.find(({ socket }) => socket.connected)
  const late = await last?.call('message:send', { roomId, id: randomUUIDv7(), body: 'too late' })
  expect(late).toMatchObject({ ok: false, code: 'draining', definite: true })
  await eventually(() => callers.every(({ of }) => of('node:draining').length === 1))
  for (const { socket, of } of callers) {
    expect(of('node:draining')[0]?.reconnectInMs).toBeGreaterThanOrEqual(0)
    await openCaller(two, ann.cookie) // the next connection first
    socket.close()
  }
  await leaving
  expect((await ann.get<{ head: number }>(`/api/rooms/${roomId}/messages`)).body.head).toBe(0)
})

test('a user’s new room is heard at once by all sockets, on all nodes', async () => {
  const { one, two } = await openCluster(2)
  const ann = await signUp(one)
  const [here, there] = await Promise.all([openCaller(one, ann.cookie), openCaller(two, ann.cookie)])
  const { id: roomId } = await createRoom(ann, 'public')
  await eventually(() => there.of('room:added').length === 1 && here.of('room:added').length === 1)
  await here.call('message:send', { roomId, id: randomUUID(), body: 'first' })
  await eventually(() => there.of('room:changes').at(-1)?.head === 1)
})
