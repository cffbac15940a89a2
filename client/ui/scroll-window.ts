/**
 * Which rows are on the page, and that none of them moves by itself. One row is held in place by its key, or the end is:
 * whatever is put before, between or after, measured late or taken away, the held one stays where it was. While a finger
 * or a wheel scrolls, differences go into the empty space above, for to set the scroll position then would stop it.
 */
import type { Cancel, Clock } from '../engine/clock.ts'
import type { Row } from '../engine/face.ts'
import { type DrawnRows, type Elements, openDrawnRows } from './drawn-rows.ts'
import { type Place, theEnd } from './place.ts'
import { openRowTable, type Range } from './row-table.ts'

type Edges = { atStart: boolean; atEnd: boolean }

type Needs = {
  clock: Clock
  place: Place
  /** Other rows are needed: draw again. */
  onRange: () => void
  /** The reader is somewhere else. */
  onView: () => void
}

export type ScrollWindow = ReturnType<typeof openScrollWindow>

const overscanPx = 480
/** This close to the end a new message takes the reader along; nothing else does. */
const stickPx = 100
const endPx = 2
const restMs = 140
/** Space where more of the room is not loaded: one can scroll on into it while it loads. */
const beyondPx = 480

export function openScrollWindow({ clock, place, onRange, onView }: Needs) {
  const table = openRowTable()
  let rows: readonly Row[] = []
  let edges: Edges = { atStart: true, atEnd: true }
  let planned: Range = { start: 0, end: 0 }
  let page: DrawnRows | null = null
  let held = place
  let heldIndex = 0
  let heldAtPx = 0 // how far it was scrolled when `held` was taken
  let leapt = true // the held row is somewhere else: go there instead of keeping it in place
  let leftPx = 0 // from the foot of the view to the end
  let widthPx = 0
  let scrolling: Cancel | null = null

  const viewPx = () => page?.viewPx() || window.innerHeight
  const idealAbove = (now: DrawnRows) => table.topOf(now.range().start) + (edges.atStart ? 0 : beyondPx)
  /** How much of the rows lies above the view. */
  const hiddenPx = (now: DrawnRows) => table.topOf(now.range().start) - now.listTop()
  const leftOf = (now: DrawnRows) => table.topOf(rows.length) - hiddenPx(now) - now.viewPx()

  function hold(next: Place): void {
    held = next
    heldAtPx = page?.scrolledPx() ?? 0
  }

  /** Where the held row ought to be: where it was taken, moved by what was scrolled since. */
  function wantedTop(row: { top: number }): number {
    return row.top - ((page?.scrolledPx() ?? heldAtPx) - heldAtPx)
  }

  function plan(next: readonly Row[], nextEdges: Edges): Range {
    const before = rows
    rows = next
    edges = nextEdges
    table.take(next)
    const grew = before.length > 0 && rows.at(-1)?.key !== before.at(-1)?.key
    if (edges.atEnd && grew && leftPx <= stickPx) hold(theEnd)
    if (held.kind === 'row' && rows.length > 0) {
      heldIndex = table.find(held.key, heldIndex)
      if (heldIndex < 0) holdSurvivor(before)
    }
    planned = rows.length === 0 ? { start: 0, end: 0 } : wanted(overscanPx)
    if (held.kind === 'row' && (heldIndex < planned.start || heldIndex >= planned.end)) holdLeapt(held)
    makeSpace(before)
    return planned
  }

  /**
   * Rows will leave the page at its top: their space is there before they go. Were the page shorter in between, the
   * browser would scroll back to its new foot; under a resting finger it does so late, after we have put things right.
   */
  function makeSpace(before: readonly Row[]): void {
    const key = page && before[page.range().start]?.key
    const first = key ? table.find(key, page?.range().start ?? 0) : -1
    if (first < 0 || planned.start <= first) return
    page?.setAbove(page.abovePx() + table.topOf(planned.start) - table.topOf(first))
  }

  /** The held row is gone: one of those in view with it that still exists is held instead, else the end. */
  function holdSurvivor(before: readonly Row[]): void {
    heldIndex = 0
    const { start, end } = page?.range() ?? { start: 0, end: 0 }
    for (let index = start; index < end; index += 1) {
      const key = before[index]?.key ?? ''
      const top = page?.topOf(index) ?? -1
      const found = top < 0 ? -1 : table.find(key, index)
      if (found < 0) continue
      heldIndex = found
      hold({ kind: 'row', key, top })
      return
    }
    hold(theEnd)
  }

  /** The reader leapt far away from the held row, and the browser has not told yet: what belongs there is held. */
  function holdLeapt(row: { top: number }): void {
    const from = table.topOf(heldIndex) - wantedTop(row)
    heldIndex = table.rowAt(Math.max(0, from))
    leapt = true
    hold({ kind: 'row', key: rows[heldIndex]?.key ?? '', top: table.topOf(heldIndex) - from })
  }

  /** The rows within `marginPx` of the view, as far as heights are known. */
  function wanted(marginPx: number): Range {
    const from = held.kind === 'end' ? table.topOf(rows.length) - viewPx() : table.topOf(heldIndex) - wantedTop(held)
    return table.between(from - marginPx, from + viewPx() + marginPx)
  }

  function settle(): void {
    if (page === null) return
    if (widthPx !== page.widthPx() && widthPx !== 0) table.forget()
    widthPx = page.widthPx()
    page.measure(table.learn)
    // the reader set out from the end, and we hear of it before the browser tells
    if (held.kind === 'end' && !leapt && page.scrolledPx() < heldAtPx && page.footPx() > endPx) takeHold(page)
    page.setBelow(table.topOf(rows.length) - table.topOf(page.range().end) + (edges.atEnd ? 0 : beyondPx))
    if (held.kind === 'end') {
      page.setAbove(idealAbove(page))
      if (page.footPx() > 0.5) page.scrollBy(page.footPx())
      hold(theEnd)
    } else {
      const isMoving = scrolling !== null || Math.abs(page.scrolledPx() - heldAtPx) > 0.5
      putBack(page, held)
      if (!isMoving) rest(page)
    }
    const hasLeapt = leapt
    leapt = false
    if (hasLeapt) takeHold(page)
    else leftPx = leftOf(page)
    drawIfNeeded(page)
    onView()
  }

  /** Half of the overscan is there so that we draw seldom. */
  function drawIfNeeded(now: DrawnRows): void {
    const { start, end } = wanted(overscanPx / 2)
    if (rows.length > 0 && (start < now.range().start || end > now.range().end)) onRange()
  }

  function putBack(now: DrawnRows, row: Place & { kind: 'row' }): void {
    const top = wantedTop(row)
    if (leapt) now.setAbove(idealAbove(now))
    const drift = (now.topOf(heldIndex) ?? top) - top
    if (Math.abs(drift) < 0.25) return
    const absorbed = leapt ? 0 : Math.min(drift, now.abovePx())
    if (absorbed !== 0) now.setAbove(now.abovePx() - absorbed)
    if (drift !== absorbed) now.scrollBy(drift - absorbed)
    keepHold(now, top)
  }

  /** Gives the space above its right size; nothing in view moves, for the scroll position takes the difference. */
  function rest(now: DrawnRows): void {
    const difference = idealAbove(now) - now.abovePx()
    if (held.kind === 'end' || Math.abs(difference) < 0.5) return
    const top = wantedTop(held)
    now.setAbove(idealAbove(now))
    now.scrollBy(difference)
    keepHold(now, top)
  }

  /** Holds the row at `top`; less than a pixel off is rounding, and must not add up. */
  function keepHold(now: DrawnRows, top: number): void {
    const real = now.topOf(heldIndex)
    if (held.kind === 'row' && real !== null) hold({ ...held, top: Math.abs(real - top) < 1 ? top : real })
  }

  /** After the reader moved: at the end the end is held, else the first row in view. */
  function takeHold(now: DrawnRows): void {
    leftPx = leftOf(now)
    const hidden = hiddenPx(now)
    if (edges.atEnd && leftPx <= endPx) {
      hold(theEnd)
      return
    }
    heldIndex = table.rowAt(Math.max(0, hidden))
    const key = rows[heldIndex]?.key
    if (key === undefined) return
    const top = now.topOf(heldIndex)
    leapt = top === null // the scroll bar was dragged to where nothing is drawn
    hold({ kind: 'row', key, top: top ?? table.topOf(heldIndex) - hidden })
  }

  function onScroll(): void {
    if (page === null) return
    const now = page
    scrolling?.()
    scrolling = clock.after(restMs, () => {
      scrolling = null
      if (page === now) rest(now)
    })
    takeHold(now)
    drawIfNeeded(now)
    onView()
  }

  return {
    /** Says which of these rows to draw; `edges` tells whether more of the room lies beyond them. */
    plan,
    /** After every drawing: measures, and puts the held row back to the pixel. */
    drew() {
      page?.take(planned)
      settle()
    },
    attach(elements: Elements): () => void {
      page = openDrawnRows(elements)
      const stop = page.watch(settle, onScroll)
      return () => {
        stop()
        scrolling?.()
        scrolling = null
        page = null
      }
    },
    toEnd() {
      hold(theEnd)
      onRange()
    },
    /** Brings a row into view, `share` of the view's height below its top. */
    toRow(key: string, share = 0.3) {
      const index = table.find(key, heldIndex)
      if (index < 0) return
      heldIndex = index
      leapt = true
      hold({ kind: 'row', key, top: viewPx() * share })
      onRange()
    },
    place: (): Place => (held.kind === 'row' ? { ...held, top: wantedTop(held) } : held),
    /** First and last row in view, and how far away both ends of what is loaded are. */
    view() {
      if (page === null) return { first: 0, last: -1, fromStartPx: 0, fromEndPx: 0 }
      const hidden = hiddenPx(page)
      const last = rows.length === 0 ? -1 : table.rowAt(hidden + page.viewPx() - 4)
      return { first: table.rowAt(Math.max(0, hidden)), last, fromStartPx: hidden, fromEndPx: leftOf(page) }
    },
  }
}
