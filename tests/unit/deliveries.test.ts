/** Deliveries are counted where a frame meets the sockets, whichever way it came. */
import { expect, test } from 'vitest'
import type { Changes, Message } from '#protocol/wire.ts'
import { type Passage, watchDeliveries } from '../../server/fanout/deliveries.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { testMetrics } from '../kit/open-redis.ts'

const sentAt = (ms: number) => new Date(ms).toISOString()

function openScene() {
  const clock = openManualClock()
  const metrics = testMetrics()
  const passed: string[] = []
  const passage: Passage = {
    uid: 'here',
    rooms: new Map([
      ['room:1', { size: 3 }],
      ['room:2', { size: 2 }],
    ]),
    sids: { size: 9 },
    broadcast: () => void passed.push('broadcast'),
    onMessage: () => void passed.push('onMessage'),
  }
  const { arrived } = watchDeliveries({ passage, clock, metrics })
  const lineOf = async (name: string, label = '') =>
    (await metrics.text()).split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(label))
  return { clock, passage, passed, arrived, lineOf }
}

const changes = (message: Partial<Message>, roomId = '1') =>
  ({ roomId, base: 6, rev: 7, head: 7, messages: [{ seq: 7, ...message }] }) as Changes

test('a frame counts once for each socket of its rooms, said here or elsewhere, and goes on as it was', async () => {
  const { passage, passed, lineOf } = openScene()
  passage.broadcast({ data: ['room:head', {}] }, { rooms: new Set(['room:1', 'room:2']) })
  passage.onMessage({ uid: 'there', data: { packet: { data: ['room:head', {}] }, opts: { rooms: ['room:2'] } } })
  expect(await lineOf('parley_deliveries_total', 'event="room:head"')).toMatch(/ 7$/)
  expect(passed).toEqual(['broadcast', 'onMessage'])
})

test('what comes back to whoever said it, and what is no frame, is no delivery', async () => {
  const { passage, passed, lineOf } = openScene()
  passage.onMessage({ uid: 'here', data: { packet: { data: ['room:head', {}] }, opts: { rooms: ['room:2'] } } })
  passage.onMessage({ uid: 'there', data: { packet: { data: ['word'] } } })
  passage.onMessage({ uid: 'there' })
  expect(await lineOf('parley_deliveries_total')).toBeUndefined()
  expect(passed).toHaveLength(3)
})

test('the way of a new message is timed from its commit, by the way it took; old ones that come again are not', async () => {
  const { clock, arrived, lineOf } = openScene()
  arrived(changes({ sentAt: sentAt(clock.now() - 40) }), 'remote')
  expect(await lineOf('parley_delivery_seconds_sum', 'path="remote"')).toMatch(/ 0\.04$/)
  for (const old of [{ editedAt: sentAt(1) }, { deletedAt: sentAt(1) }, { reactions: { x: ['ann'] } }, { seq: 6 }])
    arrived(changes({ sentAt: sentAt(0), ...old }), 'local')
  arrived(changes({ sentAt: sentAt(0) }, 'nobody hears it'), 'local')
  expect(await lineOf('parley_delivery_seconds_count', 'path="local"')).toBeUndefined()
  arrived(changes({ sentAt: sentAt(clock.now() + 500) }), 'local')
  expect(await lineOf('parley_delivery_seconds_sum', 'path="local"')).toMatch(/ 0$/)
})
