/** Presence over three nodes, one Redis and real sockets. */
import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Presence as Frame } from '#protocol/wire.ts'
import { openRoster } from '../../server/cache/roster.ts'
import { openCensus } from '../../server/cluster/census.ts'
import { openHeartbeat } from '../../server/cluster/heartbeat.ts'
import { openPresence } from '../../server/cluster/presence.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { eventually } from '../kit/eventually.ts'
import { type Ear, openEar, openFanoutNode } from '../kit/open-fanout.ts'
import { openTestRedis, silentLog } from '../kit/open-redis.ts'
import { freshRedisUrl, openOwnRedis } from '../kit/redis.ts'

const details = {
  memoryBytes: 1,
  laneWaiting: 0,
  commits: 0,
  messages: 0,
  repairs: 0,
  resumes: 0,
  cacheHits: 0,
  cacheMisses: 0,
  databaseOk: true,
  stateRedisOk: true,
  cacheRedisOk: true,
  fanoutOk: true,
  lagMs: 1,
  hotRooms: [],
}

async function openNode(name: string, url: string, members: string[]) {
  const { fanout, url: origin } = await openFanoutNode(url)
  const roster = openRoster({ redis: await openTestRedis(url) })
  const heartbeat = openHeartbeat({
    node: { name, version: '1', build: 'abc', startedAt: 'then', state: () => 'up', loopDelayMs: () => 0 },
    roster,
    sockets: () => fanout.sockets().length,
    details: () => Promise.resolve(details),
    clock: systemClock,
  })
  const presence = openPresence({
    node: { name },
    fanout,
    roster,
    membersOf: (roomIds) => Promise.resolve(new Map(roomIds.map((roomId) => [roomId, members]))),
    clock: systemClock,
    log: silentLog,
  })
  fanout.io.on('connection', (socket) => {
    const { userId } = socket.data
    presence.arrive(userId)
    socket.on('disconnect', () => presence.depart(userId))
  })
  /** As a process dies: no goodbye. */
  async function kill() {
    roster.drop = () => Promise.resolve()
    await Promise.all([presence.close(), heartbeat.close()])
    fanout.io.local.disconnectSockets(true)
  }
  onTestFinished(() => Promise.all([presence.close(), heartbeat.close()]).then(() => {}))
  return { fanout, origin, roster, presence, kill, census: openCensus({ node: { name }, roster }) }
}

/** Who is online, as a client knows it from what it was told. */
function seenBy(ear: Ear): Set<string> {
  let seen = new Set<string>()
  for (const frame of ear.of('room:presence') as Frame[]) {
    if ('online' in frame) seen = new Set(frame.online)
    else if ('joined' in frame) seen = seen.union(new Set(frame.joined)).difference(new Set(frame.left))
  }
  return seen
}

const everLeft = (ear: Ear) =>
  (ear.of('room:presence') as Frame[]).flatMap((frame) => ('left' in frame ? frame.left : []))

async function openThree(url: string) {
  const members = ['ann', 'bob', 'cid']
  const [a, b, c] = await Promise.all([
    openNode('a', url, members),
    openNode('b', url, members),
    openNode('c', url, members),
  ])
  const roomId = randomUUID()
  const ann = await openEar(a.origin, { userId: 'ann', roomIds: [roomId] })
  await a.presence.watch({ socketId: ann.id, roomId })
  return { a, b, c, roomId, ann }
}

test('[P1] people on three nodes see each other come and go', async () => {
  const { b, c, roomId, ann } = await openThree(freshRedisUrl())
  const bob = await openEar(b.origin, { userId: 'bob', roomIds: [roomId] })
  await b.presence.watch({ socketId: bob.id, roomId })
  const cid = await openEar(c.origin, { userId: 'cid' })
  await openEar(c.origin, { userId: 'a stranger' })
  await eventually(() => seenBy(ann).size === 3 && seenBy(bob).size === 3)
  cid.socket.close()
  await eventually(() => seenBy(ann).size === 2 && seenBy(bob).size === 2)
  expect(seenBy(bob)).toEqual(new Set(['ann', 'bob']))
})

test('[P2] who hops to another node, and whose node died, never flickers; who does not come back is gone in 5 s', async () => {
  const { b, c, ann } = await openThree(freshRedisUrl())
  const bob = await openEar(b.origin, { userId: 'bob' })
  await openEar(b.origin, { userId: 'cid' })
  await eventually(() => seenBy(ann).size === 3)
  bob.socket.close()
  const bobAtC = await openEar(c.origin, { userId: 'bob' })
  await b.kill()
  const began = performance.now()
  await eventually(() => everLeft(ann).length > 0, { withinMs: 6_000 })
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(everLeft(ann)).toEqual(['cid'])
  expect(bobAtC.socket.connected).toBe(true)
  expect((await c.census.view({ admin: false })).nodes.map(({ name }) => name)).toEqual(['a', 'c'])
})

test('[P2] nobody leaves because Redis was killed and came back with nothing', async () => {
  const own = await openOwnRedis('cache') // this role keeps nothing on disk
  onTestFinished(() => own.close())
  const { b, c, ann } = await openThree(own.url)
  await openEar(b.origin, { userId: 'bob' })
  await eventually(() => seenBy(ann).size === 2)
  await own.kill()
  await eventually(() => !b.fanout.healthy())
  await own.start()
  await openEar(c.origin, { userId: 'cid' })
  await eventually(() => seenBy(ann).size === 3, { withinMs: 10_000 })
  await eventually(async () => (await b.roster.usersOf('b')).userIds.length === 1)
  expect(everLeft(ann)).toEqual([])
})

test('the census names the nodes that beat, and tells details to admins alone', async () => {
  const { a } = await openThree(freshRedisUrl())
  const open = { state: 'up', version: '1', build: 'abc', startedAt: 'then', loopDelayMs: 0 }
  await eventually(async () => {
    expect(await a.census.view({ admin: false })).toEqual({
      node: 'a',
      nodes: [
        { name: 'a', ...open, sockets: 1 },
        { name: 'b', ...open, sockets: 0 },
        { name: 'c', ...open, sockets: 0 },
      ],
    })
  })
  expect((await a.census.view({ admin: true })).nodes[1]).toEqual({ name: 'b', ...open, sockets: 0, details })
})
