import { expect, test } from 'vitest'
import { openSharedRead } from '../../server/rooms/shared-read.ts'
import { openManualClock } from '../kit/manual-clock.ts'

function openTest() {
  const clock = openManualClock()
  const reads: number[] = []
  const shared = openSharedRead<number>({ clock })
  let riders = 0
  const ask = (key = 'room') =>
    shared(key, `rider ${riders++}`, async (all) => {
      reads.push(all.size)
      return reads.length
    })
  const askAll = (count: number) => Promise.all(Array.from({ length: count }, () => ask()))
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

test('[R8] where many rooms are asked for a storm is told by all of them, and reads of a room come further and further apart', async () => {
  const { clock, reads, ask } = openTest()
  await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`another ${n}`)))
  const began = reads.length
  await ask() // nobody read it, so it waits for nothing
  const times: number[] = []
  for (let ms = 0; ms < 4_000; ms += 25) {
    for (let n = 0; n < 30; n++) void ask(`another ${n}`)
    void ask()
    const before = reads.length
    await clock.advance(25)
    if (reads.length > before) times.push(ms + 25)
  }
  expect(began).toBe(30)
  expect(times.slice(0, 4)).toEqual([150, 450, 1_050, 1_650])
})

test('[R8] when the storm is over a few wait for nothing again', async () => {
  const { clock, reads, ask, askAll } = openTest()
  await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`another ${n}`)))
  await clock.advance(2_000)
  reads.length = 0
  await askAll(3)
  expect(reads).toEqual([1, 2])
})
