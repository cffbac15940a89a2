import { expect, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { openPosition } from '../../../client/engine/position.ts'
import { openSeeded } from '../../kit/seeded.ts'

const span = (base: number, rev: number): Changes => ({ roomId: 'hall', base, rev, head: rev, messages: [] })
const at = (rev: number) => ({ epoch: 'one', rev })
const revsOf = (spans: Changes[]) => spans.map(({ rev }) => rev)

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  '[R7] spans in any order, some twice, are applied once and in order (seed %i)',
  (seed) => {
    const seeded = openSeeded(seed)
    const spans: Changes[] = []
    for (let rev = 10; rev < 60; ) {
      const next = rev + 1 + seeded.below(4)
      spans.push(span(rev, next))
      rev = next
    }
    const position = openPosition(at(10))
    const applied = seeded.shuffle([...spans, ...spans.filter(() => seeded.chance(0.3))]).flatMap(position.take)
    expect(revsOf(applied)).toEqual(revsOf(spans))
    expect(position.at()).toEqual(at(spans.at(-1)?.rev ?? 0))
    expect(position.isBehind()).toBe(false)
  },
)

test('[R7] what lies ahead is held, and shows as being behind', () => {
  const position = openPosition(at(10))
  expect(position.take(span(12, 13))).toEqual([])
  expect(position.at()).toEqual(at(10))
  expect(position.isBehind()).toBe(true)
  expect(revsOf(position.take(span(10, 12)))).toEqual([12, 13])
  expect(position.isBehind()).toBe(false)
})

test('[R7] what is held is bounded; the hole is not forgotten', () => {
  const position = openPosition(at(10))
  for (let rev = 20; rev < 300; rev++) position.take(span(rev, rev + 1))
  expect(revsOf(position.take(span(10, 20))).length).toBeLessThan(250)
  expect(position.isBehind()).toBe(true)
  position.advance(at(300))
  expect(position.isBehind()).toBe(false)
})

test('a span that is known, in part or whole, is dropped or applied, never held', () => {
  const position = openPosition(at(10))
  expect(position.take(span(8, 10))).toEqual([])
  expect(revsOf(position.take(span(8, 12)))).toEqual([12])
})

test('spans that came before the first resume join on to it', () => {
  const position = openPosition()
  expect(position.take(span(4, 5))).toEqual([])
  expect(position.take(span(5, 6))).toEqual([])
  expect(revsOf(position.advance(at(5)))).toEqual([6])
})

test('[R11] a resume that answers late never moves the position back', () => {
  const position = openPosition(at(10))
  position.take(span(10, 15))
  position.advance(at(12))
  expect(position.at()).toEqual(at(15))
})

test('[R5] another history starts where it says, and what was held for the old one is gone', () => {
  const position = openPosition(at(10))
  position.take(span(11, 12))
  position.restart({ epoch: 'two', rev: 3 })
  expect(position.at()).toEqual({ epoch: 'two', rev: 3 })
  expect(position.isBehind()).toBe(false)
})

test('what an old connection named, and held for us, counts no more on a new one', () => {
  const position = openPosition(at(10))
  position.hear(99)
  position.take(span(12, 13))
  position.forget()
  expect(position.isBehind()).toBe(false)
  expect(revsOf(position.take(span(10, 12)))).toEqual([12])
})
