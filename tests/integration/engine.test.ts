/** The real engine against real nodes: what its unit tests take from a fake cluster, seen on the wire. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine, RoomHandle } from '../../client/engine/face.ts'
import { read } from '../kit/engines.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, openTestNode, type TestNode, type TestNodes } from '../kit/nodes.ts'
import { openBrowser, openNewcomer } from '../kit/real-engine.ts'
import { freshName, password } from '../kit/visitor.ts'

let cluster: TestNodes
beforeAll(async () => {
  cluster = await openNodes(2)
})
afterAll(() => cluster.close())

const bodies = (handle: RoomHandle) => read(handle.timeline.get().rows)
const nodeOf = (engine: Engine) => engine.link.get().node
const originOf = (index: number) => cluster.origins[index] ?? ''
const whenOnline = (engine: Engine) => eventually(() => engine.link.get().state === 'online')

/** Two people on two nodes, and a room they are both in. */
async function openPair() {
  const ada = await openNewcomer(() => originOf(0))
  const ben = await openNewcomer(() => originOf(1))
  await Promise.all([whenOnline(ada.engine), whenOnline(ben.engine)])
  const made = await ada.engine.createRoom({ kind: 'private', title: 'den', memberIds: [ben.user.id] })
  if (!made.ok) throw new Error(`unable to make a room; ${made.code}`)
  const roomId = made.value.id
  await eventually(() => ben.engine.rooms.get().some(({ room }) => room.id === roomId))
  const hers = ada.engine.open(roomId)
  const his = ben.engine.open(roomId)
  await eventually(() => hers.timeline.get().loading === 'none' && his.timeline.get().loading === 'none')
  const close = () => {
    ada.engine.close()
    ben.engine.close()
  }
  return { ada, ben, roomId, hers, his, close }
}

test('two people on two nodes talk: sent, typed, read, edited, reacted to, deleted', async () => {
  const { ada, ben, hers, his, close } = await openPair()
  expect(nodeOf(ada.engine)).toBe('node-1')
  expect(nodeOf(ben.engine)).toBe('node-2')
  his.typed()
  await eventually(() => hers.typing.get().includes(ben.user.id))
  his.send('hello')
  hers.send('hi')
  await eventually(() => expect(new Set(bodies(hers))).toEqual(new Set(['hello', 'hi'])))
  await eventually(() => expect(bodies(his)).toEqual(bodies(hers)))
  expect(hers.typing.get()).toEqual([])
  hers.seen(2)
  await eventually(() => his.members.get().find(({ userId }) => userId === ada.user.id)?.lastRead === 2)
  const seq = bodies(his).indexOf('hello') + 1
  expect(await his.edit(seq, 'hello there')).toMatchObject({ ok: true })
  expect(await hers.react(seq, '👋', true)).toMatchObject({ ok: true })
  await eventually(() => {
    const row = hers.timeline.get().rows[seq - 1]
    expect(row).toMatchObject({ message: { body: 'hello there', reactions: { '👋': [ada.user.id] } } })
  })
  expect(await his.edit(seq, 'too late', 2)).toMatchObject({ ok: false, code: 'conflict' })
  expect(await hers.edit(seq, 'not hers')).toMatchObject({ ok: false })
  expect(await his.remove(seq)).toMatchObject({ ok: true })
  await eventually(() => bodies(hers).includes('(deleted)'))
  await eventually(() => {
    const online = hers.online.get()
    expect('ids' in online ? [...online.ids].length : 0).toBe(2)
  })
  expect(ada.engine.users.get().get(ben.user.id)?.username).toBe(ben.user.username)
  close()
})

test('[R5] [L3] what was said and edited while a page was closed comes back by itself, from where its disk stands', async () => {
  const { ada, roomId, hers, his, close } = await openPair()
  for (let number = 1; number <= 70; number++) his.send(`${number}`)
  await eventually(() => expect(bodies(hers)).toHaveLength(70), { withinMs: 15_000 })
  await eventually(async () => (await ada.browser.vault.transact('read', (keys) => keys.all('', '\uffff'))).length > 70)
  ada.engine.close()
  await his.edit(3, 'three')
  his.send('71')
  await eventually(() => expect(bodies(his)[70]).toBe('71'))
  const again = ada.browser.open()
  await eventually(() => again.account.get().state === 'signed-in')
  const handle = again.open(roomId)
  await eventually(() => expect(bodies(handle)).toEqual(bodies(his)))
  expect(bodies(handle)[2]).toBe('three')
  again.close()
  close()
})

test('on another device: the newest page first, the rest backwards, or around a message and forwards', async () => {
  const { ada, hers, his, roomId, close } = await openPair()
  for (let number = 1; number <= 120; number++) his.send(`${number}`)
  await eventually(() => expect(bodies(hers)).toHaveLength(120), { withinMs: 15_000 })
  const other = openBrowser(() => originOf(1)).open()
  await eventually(() => other.account.get().state === 'signed-out')
  expect(await other.signIn({ username: ada.user.username, password })).toMatchObject({ ok: true })
  const handle = other.open(roomId)
  await eventually(() => expect(bodies(handle)).toEqual(bodies(hers).slice(70)))
  await handle.loadAround(20)
  expect(bodies(handle)).toContain('20')
  expect(bodies(handle).at(-1)).toMatch(/^gap \d+-120$/)
  await handle.loadNewer()
  await handle.loadNewer()
  expect(handle.timeline.get().atEnd).toBe(true)
  await handle.loadOlder()
  expect(bodies(handle)).toEqual(bodies(hers))
  expect(handle.timeline.get().atStart).toBe(true)
  hers.seen(120)
  const unread = () => other.rooms.get().find(({ room }) => room.id === roomId)?.unread
  await eventually(() => unread() === 0, { withinMs: 2_000 })
  other.close()
  close()
})

test('[X5] a private room of others is shown as one that does not exist', async () => {
  const { roomId, close } = await openPair()
  const cyd = await openNewcomer(() => originOf(0))
  for (const id of [roomId, '01890000-0000-7000-8000-000000000000']) {
    const handle = cyd.engine.open(id)
    await eventually(() => expect(handle.timeline.get()).toMatchObject({ fault: 'not-found', rows: [] }))
  }
  cyd.engine.close()
  close()
})

test('[L9] a node dies in mid-sentence: nobody is signed out, all arrives once and in order', async () => {
  const env = { ...cluster.env, NODE_NAME: 'node-3' }
  const doomed: TestNode = await openTestNode(env)
  await doomed.ready
  let door = doomed.origin
  const { ben, hers, roomId, close } = await openPair()
  const cyd = await openNewcomer(() => door)
  await whenOnline(cyd.engine)
  expect(nodeOf(cyd.engine)).toBe('node-3')
  const joining = await ben.engine.createRoom({ kind: 'public', title: 'square' })
  if (!joining.ok) throw new Error(`unable to make a room; ${joining.code}`)
  await cyd.engine.joinRoom(joining.value.id)
  await eventually(() => cyd.engine.rooms.get().some(({ room }) => room.id === joining.value.id))
  const theirs = cyd.engine.open(joining.value.id)
  const seen = ben.engine.open(joining.value.id)
  const said = Array.from({ length: 30 }, (_, number) => `${number}`)
  for (const body of said) theirs.send(body)
  door = originOf(0)
  await doomed.close()
  await eventually(() => expect(bodies(theirs)).toEqual(said), { withinMs: 15_000 })
  await eventually(() => expect(bodies(seen)).toEqual(said))
  expect(nodeOf(cyd.engine)).toBe('node-1')
  expect(cyd.engine.account.get().state).toBe('signed-in')
  expect(hers.roomId).toBe(roomId)
  cyd.engine.close()
  close()
})

test('[D2] a draining node is left without being offline for a moment', async () => {
  const leaving: TestNode = await openTestNode({ ...cluster.env, NODE_NAME: 'node-4' })
  await leaving.ready
  let door = leaving.origin
  const cyd = await openNewcomer(() => door)
  await whenOnline(cyd.engine)
  const made = await cyd.engine.createRoom({ kind: 'public', title: 'park' })
  if (!made.ok) throw new Error(`unable to make a room; ${made.code}`)
  const handle = cyd.engine.open(made.value.id)
  await eventually(() => handle.timeline.get().loading === 'none')
  const states: string[] = []
  cyd.engine.link.subscribe(({ state, node }) => states.push(`${state} ${node}`))
  door = originOf(1)
  const drained = leaving.drain()
  const said = Array.from({ length: 40 }, (_, number) => `${number}`)
  for (const body of said) handle.send(body)
  await drained
  await eventually(() => expect(bodies(handle)).toEqual(said), { withinMs: 10_000 })
  expect(states).toEqual(['online node-2'])
  cyd.engine.close()
})

test('[S2] [S9] a device that is revoked elsewhere is signed out within 2 s and keeps nothing', async () => {
  const { ada, hers, close } = await openPair()
  hers.send('a secret')
  await eventually(() => expect(bodies(hers)).toEqual(['a secret']))
  const [device] = await ada.engine.devices().then((answer) => (answer.ok ? answer.value : []))
  expect(device?.current).toBe(true)
  expect(await ada.engine.endDevice(device?.handle ?? '')).toMatchObject({ ok: true })
  await eventually(() => expect(ada.engine.account.get()).toEqual({ state: 'signed-out', reason: 'revoked' }), {
    withinMs: 2_000,
  })
  await eventually(async () => {
    expect(await ada.browser.vault.transact('read', (keys) => keys.all('', '\uffff'))).toEqual([])
  })
  close()
})

test('signing out ends it, signing in again brings it all back', async () => {
  const { ada, roomId, hers, close } = await openPair()
  hers.send('still here')
  await eventually(() => expect(bodies(hers)).toEqual(['still here']))
  expect(await ada.engine.signOut()).toMatchObject({ ok: true })
  expect(ada.engine.account.get().state).toBe('signed-out')
  expect(await ada.engine.signIn({ username: ada.user.username, password: 'wrong password' })).toMatchObject({
    ok: false,
  })
  expect(await ada.engine.signIn({ username: ada.user.username, password })).toMatchObject({ ok: true })
  const handle = ada.engine.open(roomId)
  await eventually(() => expect(bodies(handle)).toEqual(['still here']))
  close()
})

test('where WebSockets are swallowed, polling carries the same words', async () => {
  const { jar, open } = openBrowser(() => originOf(0), { pollingFirst: true })
  const engine = open()
  const answer = await engine.signUp({ username: freshName(), password })
  expect(answer.ok).toBe(true)
  await whenOnline(engine)
  expect(jar.cookie).toContain('parley.sid')
  const made = await engine.createRoom({ kind: 'public', title: 'slow lane' })
  if (!made.ok) throw new Error(`unable to make a room; ${made.code}`)
  const handle = engine.open(made.value.id)
  for (let number = 1; number <= 5; number++) handle.send(`${number}`)
  await eventually(() => expect(bodies(handle)).toEqual(['1', '2', '3', '4', '5']))
  engine.close()
})
