/** What is known and guessed of the heights of rows, so that 100,000 of them scroll like 100. */
import type { Row } from '../engine/face.ts'

/** Rows [start, end). */
export type Range = { start: number; end: number }

export type RowTable = {
  /** The rows that are meant from now on; what is the same as before at both ends costs next to nothing. */
  take(rows: readonly Row[]): void
  /** Takes the height of row `index` as measured. */
  learn(index: number, px: number): void
  /** Everything measured is void: the width changed. */
  forget(): void
  /** Pixels from the top of the first row to the top of row `index`; the whole height for the index after the last. */
  topOf(index: number): number
  /** The row at `px` below the top of the first one. */
  rowAt(px: number): number
  /** The rows that touch the `px` from `from` to `to`. */
  between(from: number, to: number): Range
  /** The index of `key`, or -1; quick near `near`, for a row moves by a page at most, as a rule. */
  find(key: string, near: number): number
}

const lineLength = 80

export function openRowTable(): RowTable {
  const known = new Map<string, number>()
  let rows: readonly Row[] = []
  let sizes: number[] = []
  let tops: number[] = [0]
  let soundUntil = 0 // tops[0..soundUntil] are right

  const sizeOf = (row: Row) => known.get(row.key) ?? guess(row)

  function topOf(index: number): number {
    const wanted = Math.max(0, Math.min(index, rows.length))
    for (; soundUntil < wanted; soundUntil += 1) {
      tops[soundUntil + 1] = (tops[soundUntil] ?? 0) + (sizes[soundUntil] ?? 0)
    }
    return tops[wanted] ?? 0
  }

  function rowAt(px: number): number {
    let low = 0
    let high = Math.max(0, rows.length - 1)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (topOf(middle) <= px) low = middle
      else high = middle - 1
    }
    return low
  }

  return {
    topOf,
    rowAt,
    between: (from, to) => ({ start: rowAt(from), end: Math.min(rows.length, rowAt(to) + 1) }),
    find(key, near) {
      for (let away = 0; away <= rows.length; away += 1) {
        if (rows[near + away]?.key === key) return near + away
        if (rows[near - away]?.key === key) return near - away
      }
      return -1
    },
    take(next) {
      if (next === rows) return
      const shorter = Math.min(rows.length, next.length)
      let front = 0
      while (front < shorter && next[front] === rows[front]) front += 1
      let back = 0
      while (back < shorter - front && next[next.length - 1 - back] === rows[rows.length - 1 - back]) back += 1
      const between = next.slice(front, next.length - back).map(sizeOf)
      sizes = [...sizes.slice(0, front), ...between, ...sizes.slice(sizes.length - back, sizes.length)]
      tops.length = Math.min(tops.length, front + 1)
      soundUntil = Math.min(soundUntil, front)
      rows = next
    },
    learn(index, px) {
      const row = rows[index]
      if (row === undefined) return
      known.set(row.key, px)
      if (sizes[index] === px) return
      sizes[index] = px
      soundUntil = Math.min(soundUntil, index)
    },
    forget() {
      known.clear()
      sizes = rows.map(sizeOf)
      tops = [0]
      soundUntil = 0
    },
  }
}

/** A good guess keeps the scroll bar calm; a bad one is mended once the row is measured. */
function guess(row: Row): number {
  if (row.kind === 'gap') return 64
  const body = row.kind === 'draft' ? row.draft.body : (row.message.body ?? '')
  const lines = body.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLength)), 0)
  return 14 + 23 * lines
}
