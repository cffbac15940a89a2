/** One reader who does not read, among others who do. */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { eventually } from '../kit/eventually.ts'
import { openEar, openFanoutNode } from '../kit/open-fanout.ts'
import { freshRedisUrl } from '../kit/redis.ts'
import { openSlowReader } from '../kit/slow-reader.ts'

async function openScene() {
  const { fanout, url } = await openFanoutNode(freshRedisUrl())
  const roomId = randomUUID()
  const quick = await openEar(url, { userId: 'ann', roomIds: [roomId] })
  const slow = await openSlowReader(url, { userId: 'bob', roomIds: [roomId] })
  const slowId = fanout.sockets().find(({ who }) => who.userId === 'bob')?.id ?? ''
  const sentAt = new Date().toISOString()
  let rev = 0
  /** One commit of about this many bytes. */
  async function commit(bytes: number): Promise<void> {
    rev += 1
    const message = { roomId, seq: rev, rev, id: '', authorId: '', body: 'x'.repeat(bytes), sentAt }
    const changes: Changes = { roomId, base: rev - 1, rev, head: rev, messages: [message] }
    fanout.toRoom(roomId, 'room:changes', changes)
    await setImmediate()
  }
  return { fanout, roomId, quick, slow, slowId, commit, now: () => rev }
}

test('[A3] a reader who falls behind is spared typing and presence, hears every change, and is told when it is over', async () => {
  const { fanout, roomId, quick, slow, slowId, commit } = await openScene()
  const caughtUp: string[] = []
  fanout.onCaughtUp((socketId) => caughtUp.push(socketId))
  slow.stopReading()
  for (let count = 0; count < 400 && !fanout.isBehind(slowId); count += 1) await commit(50_000)
  expect(fanout.isBehind(slowId)).toBe(true)
  fanout.toRoom(roomId, 'member:typing', { roomId, userId: 'spared' })
  fanout.toSocketsHere([slowId, quick.id], 'room:presence', { roomId, online: ['spared'] })
  await commit(1)
  await eventually(() => quick.of('room:presence').length === 1 && quick.of('member:typing').length === 1)
  slow.readOn()
  await eventually(() => caughtUp.includes(slowId))
  expect(fanout.isBehind(slowId)).toBe(false)
  fanout.toSocketsHere([slowId], 'room:removed', { roomId: 'the last' })
  await eventually(() => slow.text().includes('the last'))
  expect(slow.text()).not.toContain('spared')
  expect(slow.isClosed()).toBe(false)
})

test('[A3] a reader who takes nothing is given up, the others hear everything, and memory is what it was', async () => {
  const { fanout, quick, slow, slowId, commit, now } = await openScene()
  slow.stopReading()
  const before = process.memoryUsage().rss
  for (let count = 0; count < 2_000 && fanout.sockets().length > 1; count += 1) await commit(100_000)
  expect(fanout.sockets().map(({ id }) => id)).toEqual([quick.id])
  expect(fanout.isBehind(slowId)).toBe(false)
  await eventually(() => (quick.of('room:changes').at(-1) as Changes).rev === now())
  expect(quick.of('room:changes').flatMap((changes) => (changes as Changes).messages)).toHaveLength(now())
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  slow.readOn()
  await eventually(() => slow.isClosed())
})
