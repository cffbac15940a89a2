import { expect, test } from 'vitest'
import { openSharedRead } from '../../server/rooms/shared-read.ts'
import { openManualClock } from '../kit/manual-clock.ts'

function openTest() {
  const clock = openManualClock()
  const reads: number[] = []
  const shared = openSharedRead<number>({ clock })
  let riders = 0
  const ask = () =>
    shared('room', `rider ${riders++}`, async (all) => {
      reads.push(all.size)
      return reads.length
    })
  const askAll = (count: number) => Promise.all(Array.from({ length: count }, ask))
  return { clock, reads, ask, askAll }
}

test('[R8] in a storm one read takes all who come within a moment, and the next waits for more', async () => {
  const { clock, reads, ask, askAll } = openTest()
  expect(await askAll(20)).toEqual([1, ...Array.from({ length: 19 }, () => 2)])
  const late = askAll(5)
  await clock.advance(149)
  const later = ask()
  expect(reads).toEqual([1, 19])
  await clock.advance(1)
  expect([...(await late), await later]).toEqual([3, 3, 3, 3, 3, 3])
  expect(reads).toEqual([1, 19, 6])
})

test('[R8] a few who come again wait for nothing', async () => {
  const { reads, askAll } = openTest()
  await askAll(4)
  await askAll(2)
  expect(reads).toEqual([1, 3, 1, 1])
})
