/** What is loaded of a room: the newest window, perhaps one window elsewhere, and changes that have no row yet. */
import type { Message } from '#protocol/wire.ts'
import type { Row } from './face.ts'

export type MessageRow = Extract<Row, { kind: 'message' }>

export type Range = { from: number; to: number }

/** Changes kept for rows that are not loaded. Must exceed what one resume may carry. */
const unplacedMax = 2_000

const rowOf = (message: Message): MessageRow => ({ kind: 'message', key: message.id, message })
const holds = (range: Range | null, seq: number) => range !== null && seq >= range.from && seq <= range.to
const touches = (a: Range, b: Range) => a.from <= b.to + 1 && b.from <= a.to + 1
const union = (a: Range, b: Range): Range => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) })

export type OpenTimeline = ReturnType<typeof openTimeline>

/**
 * Pure and synchronous: the same messages in any order, any number of times, leave the same rows. [R3] A row stays the same
 * object as long as its message does, so that a UI can skip it.
 */
export function openTimeline() {
  const rows = new Map<number, MessageRow>()
  /** Newer states of rows outside the windows, and messages beyond the newest window. */
  const unplaced = new Map<number, MessageRow>()
  /** `unplaced` has every change after this revision, so an older page can be brought up to date from it. */
  let since = 0
  let tail: Range | null = null
  let away: Range | null = null
  /** The rows that were listed last, without a hole and kept up: a list grows by one far more often than it is another. */
  let listed: { from: number; rows: MessageRow[] } | null = null

  const isLoaded = (seq: number) => holds(tail, seq) || holds(away, seq)

  function setRow(row: MessageRow): void {
    const { seq } = row.message
    rows.set(seq, row)
    if (listed?.rows[seq - listed.from]) listed.rows[seq - listed.from] = row
  }

  function setNewest(row: MessageRow): void {
    const { seq } = row.message
    let best = row
    for (const rival of [rows.get(seq), unplaced.get(seq)])
      if (rival && rival.message.rev >= best.message.rev) best = rival
    unplaced.delete(seq)
    setRow(best)
  }

  function growTail(row: MessageRow): void {
    for (let next: MessageRow | undefined = row; next !== undefined && tail?.to === next.message.seq - 1; ) {
      const { seq } = next.message
      tail = { from: tail.from, to: seq }
      setNewest(next)
      next = unplaced.get(seq + 1)
    }
  }

  function mergeOne(message: Message): void {
    const { seq, rev } = message
    const known = rows.get(seq) ?? unplaced.get(seq)
    if (known !== undefined && known.message.rev >= rev) return
    const row = rowOf(message)
    if (isLoaded(seq)) setRow(row)
    else if (tail?.to === seq - 1) growTail(row)
    else unplaced.set(seq, row)
  }

  function joinWindows(): void {
    if (tail === null || away === null || !touches(tail, away)) return
    tail = union(tail, away)
    away = null
  }

  function dropUnloaded(): void {
    for (const [seq, row] of rows) {
      if (isLoaded(seq)) continue
      listed = null
      rows.delete(seq)
      if (row.message.rev > since) unplaced.set(seq, row) // else a page read earlier could bring its old body back
    }
  }

  return {
    /** New states of messages, as changes and resumes bring them, or one of our own by its ack. */
    merge(messages: readonly Message[]): void {
      for (const message of messages.toSorted((a, b) => a.seq - b.seq)) mergeOne(message)
    },
    /** The map of unplaced changes is complete up to `rev`; over its bound it starts anew from there. */
    settle(rev: number): void {
      if (unplaced.size <= unplacedMax) return
      for (const seq of unplaced.keys()) if (tail !== null && seq < tail.to) unplaced.delete(seq)
      since = rev
    },
    /** Starts from the newest page. In another history even our own acknowledged rows are gone. */
    reset({
      messages,
      head,
      rev,
      keepAhead,
    }: {
      messages: readonly Message[]
      head: number
      rev: number
      keepAhead: boolean
    }): void {
      rows.clear()
      listed = null
      away = null
      since = rev
      tail = { from: messages[0]?.seq ?? head + 1, to: messages.at(-1)?.seq ?? head }
      for (const seq of unplaced.keys()) if (!keepAhead || seq <= tail.to) unplaced.delete(seq)
      for (const message of messages) rows.set(message.seq, rowOf(message))
      const next = unplaced.get(tail.to + 1)
      if (next !== undefined) growTail(next)
    },
    /** Whether a page read at `rev` can be brought up to date from here; else ask what changed since. */
    covers: (rev: number) => rev >= since,
    /**
     * Puts a page where it joins a window; one that joins none becomes the window elsewhere if `mayMove`.
     * Rows beyond the newest window are left out: they come as changes.
     */
    place(page: readonly Message[], mayMove: boolean): void {
      const inside = page.filter(({ seq }) => tail !== null && seq <= tail.to)
      const [first, last] = [inside[0], inside.at(-1)]
      if (first === undefined || last === undefined) return
      const range = { from: first.seq, to: last.seq }
      if (away !== null && touches(away, range)) away = union(away, range)
      else if (tail !== null && touches(tail, range)) {
        tail = union(tail, range)
        if (mayMove) away = null
      } else if (mayMove) away = range
      else return
      for (const message of inside) setNewest(rowOf(message))
      joinWindows()
      dropUnloaded()
    },
    showLatest(): void {
      away = null
      dropUnloaded()
    },
    /** Lets go of all but the newest `keep` rows; a window elsewhere stays. */
    trim(keep: number): void {
      if (tail !== null) tail = { from: Math.max(tail.from, tail.to - keep + 1), to: tail.to }
      dropUnloaded()
    },
    isLoaded,
    message: (seq: number) => rows.get(seq)?.message,
    tail: () => tail,
    /** The window that is shown. */
    window: () => away ?? tail,
    isAtEnd: () => away === null,
    /** Rows of a range, ascending. Of the same range as the last time, or one that grew at its end, it costs a copy. */
    slice({ from, to }: Range): MessageRow[] {
      const found = listed?.from === from && listed.rows.length <= to - from + 1 ? listed.rows : []
      for (let seq = from + found.length; seq <= to; seq++) {
        const row = rows.get(seq)
        if (row !== undefined) found.push(row)
      }
      listed = found.length === to - from + 1 ? { from, rows: found } : null
      return found.slice()
    },
    /** Our own acknowledged messages that the newest window has not reached yet. [R11] */
    ahead: () =>
      [...unplaced.values()]
        .filter(({ message }) => message.seq > (tail?.to ?? 0))
        .sort((a, b) => a.message.seq - b.message.seq),
  }
}
