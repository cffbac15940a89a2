/** A reader by long polling, who is away from his mailbox between two questions. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { openEar, openFanoutNode } from '../kit/open-fanout.ts'
import { freshRedisUrl } from '../kit/redis.ts'

/** Resolves when it has come in with `auth`. */
async function openPoller(origin: string, auth: object) {
  const base = `${origin}/socket.io/?EIO=4&transport=polling`
  const sid = /"sid":"([^"]+)"/.exec(await (await fetch(base)).text())?.[1]
  const url = `${base}&sid=${sid}`
  const poll = async () => (await (await fetch(url)).text()).split('\u001e')
  await fetch(url, { method: 'POST', body: `40${JSON.stringify(auth)}` })
  await poll()
  return { poll }
}

test('[A3] a reader who polls too seldom is spared presence, and told all of it when he comes', async () => {
  const { fanout, url } = await openFanoutNode(freshRedisUrl())
  const roomId = randomUUID()
  const { poll } = await openPoller(url, { userId: 'bob', roomIds: [roomId] })
  const [{ id = '' } = {}] = fanout.sockets()
  fanout.onCaughtUp((socketId) => {
    for (const room of ['one', 'two', 'three'])
      fanout.toSocketsHere([socketId], 'room:presence', { roomId: room, online: ['told'] })
  })
  for (let rev = 1; rev <= 100; rev += 1) fanout.toRoomHere(roomId, 'room:head', { roomId, rev, head: rev })
  expect(fanout.isBehind(id)).toBe(true)
  fanout.toSocketsHere([id], 'room:presence', { roomId, online: ['spared'] })
  const got: string[] = []
  for (let round = 0; round < 5 && !got.some((packet) => packet.includes('three')); round += 1)
    got.push(...(await poll()))
  expect(got.filter((packet) => packet.includes('room:head'))).toHaveLength(100)
  expect(
    got.filter((packet) => packet.includes('told')).map((packet) => JSON.parse(packet.slice(2))[1].roomId),
  ).toEqual(['one', 'two', 'three'])
  expect(got.join()).not.toContain('spared')
  expect(fanout.isBehind(id)).toBe(false)
})

test('[O3] of those who may hop, who came first is first, and who polls is none of them', async () => {
  const { fanout, url } = await openFanoutNode(freshRedisUrl())
  await openPoller(url, { userId: 'bob' })
  const [ann, eve, dan] = [
    await openEar(url, { userId: 'ann' }),
    await openEar(url, { userId: 'eve' }),
    await openEar(url, { userId: 'dan' }),
  ]
  expect(fanout.nimbleIds()).toEqual([ann.id, eve.id, dan.id])
  eve.socket.disconnect().connect()
  await eventually(() => fanout.nimbleIds().length === 3 && eve.socket.connected)
  expect(fanout.nimbleIds()).toEqual([ann.id, dan.id, eve.socket.id])
})
