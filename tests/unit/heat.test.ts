import { expect, test } from 'vitest'
import type { NodeView } from '#protocol/panel.ts'
import { hottestOf } from '../../server/http/panel.ts'
import { openHeat } from '../../server/rooms/heat.ts'
import { openManualClock } from '../kit/manual-clock.ts'

test('the hottest rooms come first, by messages per second, and cool down by themselves', async () => {
  const clock = openManualClock()
  const heat = openHeat({ clock })
  for (let second = 0; second < 60; second += 1) {
    heat.add('busy', 4)
    heat.add('calm', 1)
    await clock.advance(1_000)
  }
  const [busy, calm] = heat.top()
  expect([busy?.roomId, calm?.roomId]).toEqual(['busy', 'calm'])
  expect(busy?.perSecond).toBeGreaterThan(3.5)
  expect(busy?.perSecond).toBeLessThan(4.5)
  await clock.advance(60_000)
  expect(heat.top()).toEqual([])
})

test('however many rooms there are, five are told and the hot one is among them', () => {
  const heat = openHeat({ clock: openManualClock() })
  for (let turn = 0; turn < 2_000; turn += 1) {
    heat.add('hot', 1)
    heat.add(`room-${turn}`, 1)
  }
  const top = heat.top()
  expect(top).toHaveLength(5)
  expect(top[0]).toEqual({ roomId: 'hot', perSecond: 200 })
})

test('what several nodes commit to one room counts together', () => {
  const node = (hotRooms: { roomId: string; perSecond: number }[]) => ({ details: { hotRooms } }) as unknown as NodeView
  const nodes = [
    node([{ roomId: 'a', perSecond: 3 }]),
    node([
      { roomId: 'b', perSecond: 2 },
      { roomId: 'a', perSecond: 1 },
    ]),
    node([{ roomId: 'b', perSecond: 5 }]),
  ]
  expect(hottestOf(nodes)).toEqual([
    { roomId: 'b', perSecond: 7 },
    { roomId: 'a', perSecond: 4 },
  ])
})
