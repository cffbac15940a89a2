/** Words and events between nodes, and what is left of them while Redis is killed, held still, or started again. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { eventually } from '../kit/eventually.ts'
import { type Ear, openEar, openFanoutNode } from '../kit/open-fanout.ts'
import { freshRedisUrl, type OwnRedis, openOwnRedis } from '../kit/redis.ts'
import { standingIn } from '../kit/standing.ts'

async function ownRedis(): Promise<OwnRedis> {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  return own
}

const head = (roomId: string, rev: number) => ({ roomId, rev, head: rev })

test('events reach a room, a person and the others in a room on all nodes, and local ones only this node', async () => {
  const url = freshRedisUrl()
  const [a, b, c] = await Promise.all([openFanoutNode(url), openFanoutNode(url), openFanoutNode(url)])
  const roomId = randomUUID()
  const [ann, bob, bobAtC, eve] = await Promise.all([
    openEar(a.url, { userId: 'ann', roomIds: [roomId] }),
    openEar(b.url, { userId: 'bob', roomIds: [roomId] }),
    openEar(c.url, { userId: 'bob', roomIds: [roomId] }),
    openEar(c.url, { userId: 'eve' }),
  ])
  await eventually(() => {
    a.fanout.toRoom(roomId, 'room:head', head(roomId, 1))
    return bob.of('room:head').length > 0 && bobAtC.of('room:head').length > 0
  })
  a.fanout.toRoomHere(roomId, 'room:head', head(roomId, 2))
  a.fanout.toUser('bob', 'room:removed', { roomId })
  c.fanout.toOthers({ roomId, userId: 'bob' }, 'member:typing', { roomId, userId: 'bob' })
  b.fanout.toRoom(roomId, 'room:head', head(roomId, 3))
  await eventually(() =>
    [ann, bob, bobAtC].every((ear) => ear.of('room:head').some((one) => (one as { rev: number }).rev === 3)),
  )
  await eventually(() => ann.of('member:typing').length === 1)
  await eventually(() => [bob, bobAtC].every((ear) => ear.of('room:removed').length > 0))
  expect(ann.of('room:head')).toContainEqual(head(roomId, 2))
  expect(bob.of('room:head')).not.toContainEqual(head(roomId, 2))
  expect([bob, bobAtC].map((ear) => ear.of('room:removed'))).toEqual([[{ roomId }], [{ roomId }]])
  expect([ann, eve].map((ear) => ear.of('room:removed'))).toEqual([[], []])
  expect([bob, bobAtC].map((ear) => ear.of('member:typing'))).toEqual([[], []])
  expect(eve.heard).toEqual([])
})

test('[A4] what two nodes commit to a hot room reaches the sockets of both whole, in fewer frames', async () => {
  const url = freshRedisUrl()
  const nodes = await Promise.all([openFanoutNode(url), openFanoutNode(url)])
  const roomId = randomUUID()
  const ears = await Promise.all(nodes.map((node) => openEar(node.url, { userId: 'ann', roomIds: [roomId] })))
  await eventually(() => {
    for (const { fanout } of nodes) fanout.toRoom(roomId, 'room:head', head(roomId, 1))
    return ears.every((ear) => ear.of('room:head').length > 2)
  })
  const framesOf = (ear: Ear) => ear.of('room:changes') as Changes[]
  const covered = (ear: Ear) => framesOf(ear).reduce((sum, { base, rev }) => sum + rev - base, 0)
  let rev = 0

  /** Two hundred commits, from both in turn; resolves with how many frames they took at most, once all was heard. */
  async function burst(): Promise<number> {
    const before = ears.map((ear) => framesOf(ear).length)
    for (const until = rev + 200; rev < until; rev += 1) {
      const changes = { roomId, base: rev, rev: rev + 1, head: rev + 1, messages: [] }
      nodes[rev % 2]?.fanout.toRoom(roomId, 'room:changes', changes)
    }
    await eventually(() => ears.every((ear) => covered(ear) === rev))
    return Math.max(...ears.map((ear, at) => framesOf(ear).length - (before[at] ?? 0)))
  }

  // what comes later than the pace is not waited for, and a busy machine may be late: once is enough
  await eventually(async () => (await burst()) < 200, { withinMs: 20_000 })
})

test('[M2] a user joins and leaves a room with all sockets on all nodes', async () => {
  const url = freshRedisUrl()
  const [a, b] = await Promise.all([openFanoutNode(url), openFanoutNode(url)])
  const roomId = randomUUID()
  const [ann, annAtB] = await Promise.all([openEar(a.url, { userId: 'ann' }), openEar(b.url, { userId: 'ann' })])
  await eventually(() => {
    a.fanout.userJoin('ann', standingIn(roomId))
    return b.fanout.hears(annAtB.id, roomId)
  })
  expect(a.fanout.localRooms()).toEqual([roomId])
  const left: unknown[] = []
  b.fanout.onLeave((one) => left.push(one))
  a.fanout.userLeave('ann', roomId)
  expect(a.fanout.hears(ann.id, roomId)).toBe(false)
  await eventually(() => !b.fanout.hears(annAtB.id, roomId), { withinMs: 1_000 })
  expect(left).toEqual([{ socketId: annAtB.id, roomId }])
  await eventually(() => annAtB.of('room:removed').length > 0)
  expect(ann.of('room:added')).toContainEqual(standingIn(roomId)) // each was told in the same word
  expect(annAtB.of('room:added')).toContainEqual(standingIn(roomId))
})

test('[S2] sockets are told why they are closed', async () => {
  const { fanout, url } = await openFanoutNode(freshRedisUrl())
  const [ann, bob] = await Promise.all([openEar(url, { userId: 'ann' }), openEar(url, { userId: 'bob' })])
  fanout.end((who) => who.userId === 'ann', 'revoked')
  await eventually(() => !ann.socket.connected)
  expect(ann.heard).toEqual([{ event: 'session:ended', payload: { reason: 'revoked' } }])
  expect(bob.socket.connected).toBe(true)
})

test('a room left and entered again in one breath is heard', async () => {
  const url = freshRedisUrl()
  const [a, b] = await Promise.all([openFanoutNode(url), openFanoutNode(url)])
  const roomIds = Array.from({ length: 20 }, () => randomUUID())
  const ear = await openEar(b.url, { userId: 'ann', roomIds })
  await eventually(() => {
    for (const roomId of roomIds) a.fanout.toRoom(roomId, 'room:head', head(roomId, 1))
    return new Set(ear.of('room:head').map((one) => (one as { roomId: string }).roomId)).size === roomIds.length
  })
  for (let round = 0; round < 5; round += 1) {
    for (const roomId of roomIds) b.fanout.leave(ear.id, roomId)
    for (const roomId of roomIds) b.fanout.join(ear.id, roomId)
    await pause(round) // so that some answers of Redis come in between
  }
  await eventually(() => {
    for (const roomId of roomIds) a.fanout.toRoom(roomId, 'room:head', head(roomId, 2))
    const twos = ear.of('room:head').filter((one) => (one as { rev: number }).rev === 2)
    return new Set(twos.map((one) => (one as { roomId: string }).roomId)).size === roomIds.length
  })
})

/** Three nodes that never stop talking, and what they hear of it. */
async function openTalk(own: OwnRedis) {
  const nodes = await Promise.all([openFanoutNode(own.url), openFanoutNode(own.url), openFanoutNode(own.url)])
  const [a, b, c] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]
  const roomIds = Array.from({ length: 40 }, () => randomUUID())
  const ear = await openEar(b.url, { userId: 'bob', roomIds })
  const near = await openEar(a.url, { userId: 'ann', roomIds })
  let rev = 0
  const talk = setInterval(() => {
    rev += 1
    for (const roomId of roomIds) a.fanout.toRoom(roomId, 'room:head', head(roomId, rev))
    c.fanout.toNodes('room:left', { roomId: 'none', userId: 'nobody' })
  }, 20)
  onTestFinished(() => clearInterval(talk))
  const roomsHeardSince = (since: number, who = ear) =>
    new Set(
      who
        .of('room:head')
        .map((one) => one as { roomId: string; rev: number })
        .filter((one) => one.rev > since)
        .map(({ roomId }) => roomId),
    )
  await eventually(() => roomsHeardSince(0).size === roomIds.length)
  return { nodes, a, b, c, ear, near, roomIds, now: () => rev, roomsHeardSince }
}

test('[A2] Redis killed and started again under load: nobody dies, local sockets hear on, and every room is heard again', async () => {
  const own = await ownRedis()
  const { nodes, b, ear, near, roomIds, now, roomsHeardSince } = await openTalk(own)
  await own.kill()
  await eventually(() => nodes.every(({ fanout }) => !fanout.healthy()), { withinMs: 1_000 })
  const [killedAt, newRoomId] = [now(), randomUUID()]
  b.fanout.join(ear.id, newRoomId)
  roomIds.push(newRoomId)
  await eventually(() => roomsHeardSince(killedAt, near).size === 40)
  expect(roomsHeardSince(killedAt).size).toBe(0)
  await own.start()
  await eventually(() => nodes.every(({ fanout }) => fanout.healthy()), { withinMs: 5_000 })
  const healthyAt = now()
  await eventually(() => roomsHeardSince(healthyAt).size === 41, { withinMs: 3_000 })
  expect(await nodes[0]?.publishFaults()).toBeGreaterThan(0)
})

test('[A2] Redis held still under load: the nodes know within 4 s, local sockets wait for nothing, and all is heard again', async () => {
  const own = await ownRedis()
  const { nodes, b, ear, near, roomIds, now, roomsHeardSince } = await openTalk(own)
  own.pause()
  onTestFinished(() => own.resume())
  const pausedAt = now()
  const newRoomId = randomUUID()
  b.fanout.join(ear.id, newRoomId) // the question is on its way when the connection is given up
  roomIds.push(newRoomId)
  await eventually(() => roomsHeardSince(pausedAt, near).size === 40, { withinMs: 200 })
  await eventually(() => nodes.every(({ fanout }) => !fanout.healthy()), { withinMs: 4_000 })
  await pause(4_000)
  own.resume()
  await eventually(() => nodes.every(({ fanout }) => fanout.healthy()), { withinMs: 8_000 })
  const healthyAt = now()
  await eventually(() => roomsHeardSince(healthyAt).size === 41, { withinMs: 3_000 })
})

/** The status of a bare request or upgrade, with these header fields. */
function statusOf(url: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
const polling = '/socket.io/?EIO=4&transport=polling'

test('[X1] strangers are refused on the upgrade, on polling, and on a poll of a session that exists', async () => {
  const { url } = await openFanoutNode(freshRedisUrl())
  const websocket = '/socket.io/?EIO=4&transport=websocket'
  for (const origin of ['http://evil.example', 'null']) {
    expect(await statusOf(url, websocket, { ...upgrade, Origin: origin })).toBe(403)
    expect(await statusOf(url, polling, { Origin: origin })).toBe(403)
  }
  expect(await statusOf(url, polling, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
  expect(await statusOf(url, websocket, { ...upgrade, 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
  const opened = await (await fetch(`${url}${polling}`)).text()
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
  expect(await statusOf(url, `${polling}&sid=${sid}`, { Origin: 'null' })).toBe(403)
  expect(await statusOf(url, websocket, { ...upgrade, Origin: url })).toBe(101)
  expect(await statusOf(url, polling, { Origin: url })).toBe(200)
})

test('[A3] a node that could serve nobody sends newcomers on to another, and keeps those it has', async () => {
  const { url, turnServing } = await openFanoutNode(freshRedisUrl())
  const opened = await (await fetch(`${url}${polling}`)).text()
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
  turnServing(false)
  expect(await statusOf(url, '/socket.io/?EIO=4&transport=websocket', { ...upgrade, Origin: url })).toBe(503)
  expect(await statusOf(url, polling, { Origin: url })).toBe(503)
  expect(await statusOf(url, `/socket.io/?EIO=4&transport=websocket&sid=${sid}`, { ...upgrade, Origin: url })).toBe(101)
  turnServing(true)
  expect(await statusOf(url, polling, { Origin: url })).toBe(200)
})
