import { expect, test } from 'vitest'
import { openTold } from '../../server/fanout/told.ts'

function openTest() {
  const heard = new Set<string>()
  const told = openTold({ hearsAnybody: (roomId) => heard.has(roomId) })
  const enter = (roomId: string, rev: number) => {
    told.begin(roomId, rev)
    heard.add(roomId)
  }
  return { told, enter }
}
const span = (base: number, rev: number) => ({ roomId: 'r', base, rev })

test('[A1] frames that follow each other take a room on, and a hole stops it until somebody tells of it', () => {
  const { told, enter } = openTest()
  enter('r', 3)
  told.note(span(3, 5))
  told.note(span(4, 6)) // some of it is known
  told.note(span(1, 2)) // late
  expect(told.upTo('r')).toBe(6)
  told.note(span(7, 8))
  told.note(span(8, 9))
  expect(told.upTo('r')).toBe(6)
  told.raise('r', 9)
  told.note(span(9, 10))
  expect(told.upTo('r')).toBe(10)
})

test('[A1] the first who comes says where a room stands; who comes later knows no more and no less', () => {
  const { told, enter } = openTest()
  enter('r', 3)
  enter('r', 5)
  expect(told.upTo('r')).toBe(3)
  told.note(span(3, 6))
  enter('r', 4)
  expect(told.upTo('r')).toBe(6)
})

test('[A1] of a room that was doubted, or that nobody hears, nothing is believed', () => {
  const { told, enter } = openTest()
  told.note(span(0, 1))
  told.raise('r', 4)
  expect(told.upTo('r')).toBeUndefined()
  enter('r', 3)
  told.doubt('r')
  told.note(span(3, 4))
  expect(told.upTo('r')).toBeUndefined()
})
