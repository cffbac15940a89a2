/** Many small questions that become few large ones: nobody is answered by a read that began before they asked. */
import { expect, test } from 'vitest'
import { openBundle } from '../../server/kit/bundle.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { openManualClock } from '../kit/manual-clock.ts'

type Read = { keys: string[]; answer: PromiseWithResolvers<Map<string, number>> }

function openReads() {
  const reads: Read[] = []
  const read = (keys: string[]) => {
    const answer = Promise.withResolvers<Map<string, number>>()
    reads.push({ keys, answer })
    return answer.promise
  }
  const end = (index: number) => {
    const read = reads[index]
    read?.answer.resolve(new Map(read.keys.map((key) => [key, index])))
  }
  return { reads, read, end, keys: () => reads.map(({ keys }) => keys) }
}

test('[R8] whoever asks while a read is under way shares the next one', async () => {
  const { read, end, keys } = openReads()
  const ask = openBundle(read, { most: 100, paceMs: 0, clock: systemClock })
  const first = ask(['a'])
  const later = Array.from({ length: 2_000 }, (_, index) => ask([`k${index % 50}`]))
  expect(keys()).toEqual([['a']])
  end(0)
  expect((await first).get('a')).toBe(0)
  expect(keys()[1]).toHaveLength(50)
  end(1)
  expect((await Promise.all(later)).every((found, index) => found.get(`k${index % 50}`) === 1)).toBe(true)
  expect(keys()).toHaveLength(2)
})

test('[R8] one read asks for no more than its bound, and a read that fails fails those it was for', async () => {
  const { reads, read, end, keys } = openReads()
  const ask = openBundle(read, { most: 2, paceMs: 0, clock: systemClock })
  const asked = ['a', 'b', 'c', 'd'].map((key) => ask([key]).catch(() => 'failed'))
  reads[0]?.answer.reject(new Error('away'))
  await asked[0]
  end(1)
  await asked[1]
  end(2)
  expect(await Promise.all(asked)).toEqual(['failed', expect.any(Map), expect.any(Map), expect.any(Map)])
  expect(keys()).toEqual([['a'], ['b', 'c'], ['d']])
  const last = ask(['e'])
  end(3)
  expect((await last).get('e')).toBe(3)
})

test('[R8] a crowd gathers between two reads, unless one is full; who comes alone waits for nothing', async () => {
  const clock = openManualClock()
  const asked: string[][] = []
  const read = async (keys: string[]) => {
    asked.push(keys)
    return new Map(keys.map((key) => [key, 1]))
  }
  const ask = openBundle(read, { most: 3, paceMs: 10, clock })
  await ask(['a'])
  const [second, third] = [ask(['b']), ask(['c'])]
  await clock.advance(9)
  expect(asked).toEqual([['a']])
  await clock.advance(1)
  await Promise.all([second, third])
  expect(asked).toEqual([['a'], ['b', 'c']])
  await clock.advance(20)
  await ask(['d'])
  expect(asked).toHaveLength(3)
  const crowd = ['e', 'f', 'g', 'h', 'i', 'j'].map((key) => ask([key]))
  await clock.advance(10)
  expect(asked.slice(3)).toEqual([
    ['e', 'f', 'g'],
    ['h', 'i', 'j'],
  ])
  await Promise.all(crowd)
})

test('[R8] of a storm the next read waits for more, the more shared the last one; it is calm again when few come', async () => {
  const clock = openManualClock()
  const asked: number[] = []
  const read = async (keys: string[]) => {
    asked.push(keys.length)
    return new Map(keys.map((key) => [key, 1]))
  }
  const ask = openBundle(read, { most: 100, paceMs: 25, stormPaceMs: 100, clock })
  let n = 0
  const come = (count: number) => Array.from({ length: count }, () => ask([`k${n++}`]))
  const all = [...come(1), ...come(12)]
  await clock.advance(25)
  expect(asked).toEqual([1, 12])
  all.push(...come(30))
  await clock.advance(59)
  expect(asked).toEqual([1, 12])
  await clock.advance(1)
  expect(asked).toEqual([1, 12, 30])
  all.push(...come(2))
  await clock.advance(99)
  expect(asked).toHaveLength(3)
  await clock.advance(1)
  expect(asked).toEqual([1, 12, 30, 2])
  all.push(...come(1))
  await clock.advance(25)
  expect(asked).toEqual([1, 12, 30, 2, 1])
  await Promise.all(all)
})
