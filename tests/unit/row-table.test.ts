/** Heights known and guessed: positions stay right whatever is put before, between or after. */
import { expect, test } from 'vitest'
import type { Row } from '../../client/engine/face.ts'
import { openRowTable } from '../../client/ui/row-table.ts'
import { rooms } from '../fakes/staged-room.ts'

const row = (seq: number): Row => ({
  kind: 'message',
  key: `m${seq}`,
  message: { roomId: rooms.general.id, seq, rev: seq, id: `m${seq}`, authorId: 'a', body: 'b', sentAt: '2026-01-01' },
})
const rowsOf = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => row(from + index))

function measured(rows: readonly Row[]) {
  const table = openRowTable()
  table.take(rows)
  for (const [index] of rows.entries()) table.learn(index, 10)
  return table
}

test('positions are sums of what was measured', () => {
  const table = measured(rowsOf(1, 5))
  table.learn(2, 30)
  expect([0, 1, 2, 3, 4, 5].map(table.topOf)).toEqual([0, 10, 20, 50, 60, 70])
  expect([0, 9, 10, 49, 50, 69, 1_000].map(table.rowAt)).toEqual([0, 0, 1, 2, 3, 4, 4])
  expect(table.between(15, 55)).toEqual({ start: 1, end: 4 })
})

test('rows put before, between, after, and taken away keep the heights of the others', () => {
  const old = rowsOf(11, 20)
  const table = measured(old)
  const older = rowsOf(1, 10)
  table.take([...older, ...old])
  const guessed = table.topOf(10)
  expect(guessed).toBeGreaterThan(0)
  expect(table.topOf(20) - guessed).toBe(100)
  table.take([...older, ...old.slice(0, 3), row(99), ...old.slice(4), row(100)])
  expect(table.topOf(13) - table.topOf(10)).toBe(30)
  expect(table.topOf(20) - table.topOf(14)).toBe(60)
  table.take(old.slice(2, 5))
  expect(table.topOf(3)).toBe(30)
})

test('a row is found by its key from wherever one looks', () => {
  const table = openRowTable()
  table.take(rowsOf(1, 200))
  expect([0, 57, 199].map((near) => table.find('m120', near))).toEqual([119, 119, 119])
  expect(table.find('nobody', 50)).toBe(-1)
})

test('a change of width forgets what was measured', () => {
  const table = measured(rowsOf(1, 3))
  table.forget()
  expect(table.topOf(3)).not.toBe(30)
})

test('no rows at all are no trouble', () => {
  const table = openRowTable()
  table.take([])
  expect([table.topOf(0), table.topOf(9), table.rowAt(50)]).toEqual([0, 0, 0])
})
