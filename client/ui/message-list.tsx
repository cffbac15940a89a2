/** The timeline of the open room: virtualised, never moving by itself, walkable with the arrow keys. */

import { useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'
import type { Message, Room } from '#protocol/wire.ts'
import type { RoomHandle, Row, Timeline } from '../engine/face.ts'
import { JumpPill } from './jump-pill.tsx'
import { useParts } from './parts.ts'
import { theEnd } from './place.ts'
import type { Readers } from './readers.ts'
import { readersOf } from './readers.ts'
import type { RoomActions, Viewer } from './room-actions.ts'
import { RoomStart } from './room-start.tsx'
import { openScrollWindow } from './scroll-window.ts'
import { Skeletons } from './skeletons.tsx'
import { TimelineRow } from './timeline-row.tsx'
import { useCell } from './use-cell.ts'
import { useListKeys } from './use-list-keys.ts'
import { useLongPress } from './use-long-press.ts'
import { useReading } from './use-reading.ts'

/** What the room around the list may ask of it. */
export type ListControl = {
  toEnd(): void
  /** Brings a message into view, focuses and flashes it; loads what is around it first if need be; whether it is there. */
  show(seq: number): Promise<boolean>
  /** Brings a message into view if it is not. */
  reveal(seq: number): void
  focus(): void
}

type Needs = {
  handle: RoomHandle
  room: Room | null
  title: string
  viewer: Viewer
  editing: number | null
  act: RoomActions
  control: { current: ListControl | null }
  onEscape: () => void
}

export function MessageList({ handle, room, title, viewer, editing, act, control, onEscape }: Needs) {
  const { clock, engine, places } = useParts()
  const timeline = useCell(handle.timeline)
  const users = useCell(engine.users)
  const members = useCell(handle.members)
  const blocked = useCell(engine.blocked)
  const [, redraw] = useReducer((times: number) => times + 1, 0)
  const [flashed, setFlashed] = useState<string | null>(null)
  const scroller = useRef<HTMLDivElement | null>(null)
  const above = useRef<HTMLDivElement | null>(null)
  const list = useRef<HTMLDivElement | null>(null)
  const below = useRef<HTMLDivElement | null>(null)
  const onView = useRef(() => {})
  const scroll = useMemo(
    () =>
      openScrollWindow({
        clock,
        place: places.get(handle.roomId) ?? theEnd,
        onRange: () => redraw(0),
        onView: () => onView.current(),
      }),
    [clock, handle, places],
  )
  const reading = useReading({ handle, timeline, scroll })
  onView.current = reading.look
  const keys = useListKeys({ rows: timeline.rows, scroll, scroller, list, onEscape, editing })

  const press = useLongPress((target) => {
    const seq = Number(target.closest('.row')?.getAttribute('data-seq'))
    const row = rowOfSeq(timeline, seq)
    if (row !== undefined && row.message.body !== null) act.choose(row.message)
  })

  const readers = useSame(readersOf(timeline.rows, members, viewer.user.id))
  const range = scroll.plan(timeline.rows, timeline)
  const hadFocus = list.current?.contains(document.activeElement) ?? false

  useLayoutEffect(() => {
    const detach = scroll.attach({
      scroller: must(scroller.current),
      above: must(above.current),
      list: must(list.current),
      below: must(below.current),
    })
    return () => {
      places.set(handle.roomId, scroll.place())
      detach()
    }
  }, [scroll, places, handle])

  useLayoutEffect(() => {
    scroll.drew()
    keys.drew()
    // the focused row left the page: the list keeps the focus, and the arrows go on from that row
    if (hadFocus && document.activeElement === document.body) list.current?.focus({ preventScroll: true })
  })

  // unread messages: the reader begins where they begin, once, unless a place was kept
  const entered = useRef('')
  useLayoutEffect(() => {
    if (entered.current === handle.roomId || timeline.rows.length === 0 || timeline.loading === 'first') return
    entered.current = handle.roomId
    const first = timeline.dividerSeq === null ? undefined : rowOfSeq(timeline, timeline.dividerSeq)
    if (first !== undefined && !places.has(handle.roomId)) scroll.toRow(first.key)
  })

  control.current = {
    toEnd() {
      if (!timeline.atEnd) handle.jumpToLatest()
      scroll.toEnd()
    },
    async show(seq) {
      if (rowOfSeq(handle.timeline.get(), seq) === undefined) await handle.loadAround(seq)
      const row = rowOfSeq(handle.timeline.get(), seq)
      if (row === undefined) return false
      scroll.toRow(row.key)
      keys.go(row.key)
      setFlashed(row.key)
      return true
    },
    reveal(seq) {
      const row = rowOfSeq(timeline, seq)
      const { first, last } = scroll.view()
      const index = row === undefined ? -1 : timeline.rows.indexOf(row)
      if (row !== undefined && (index <= first || index > last)) scroll.toRow(row.key)
    },
    focus: keys.enter,
  }

  const { rows } = timeline
  const nowMs = clock.now()
  return (
    <div class="timeline" data-region="messages">
      <div ref={scroller} class="scroller">
        <div class="timeline-flow">
          {room && timeline.atStart && timeline.loading !== 'first' && (
            <RoomStart room={room} title={title} empty={rows.length === 0} />
          )}
          <div ref={above} class="above">
            {!timeline.atStart && rows.length > 0 && <Skeletons count={8} />}
          </div>
          {rows.length === 0 && timeline.loading === 'first' && <Skeletons count={9} />}
          <div
            ref={list}
            class="feed"
            role="feed"
            tabIndex={-1}
            data-region-focus="true"
            onKeyDown={keys.onKeyDown}
            onFocusIn={keys.onFocusIn}
            onFocusOut={keys.onFocusOut}
            onPointerOver={keys.onPointerOver}
            onPointerLeave={keys.onPointerLeave}
            onAnimationEnd={() => setFlashed(null)}
            {...press}
            aria-label={`Messages in ${title}`}
            aria-busy={timeline.loading !== 'none' || rows.length === 0}
          >
            {rows.slice(range.start, range.end).map((row, index) => (
              <TimelineRow
                key={row.key}
                row={row}
                before={rows[range.start + index - 1]}
                head={timeline.head}
                nowMs={nowMs}
                divides={row.kind === 'message' && row.message.seq === timeline.dividerSeq}
                active={row.key === keys.active || row.key === keys.hovered}
                tabbable={row.key === keys.tabbable}
                editing={row.kind === 'message' && row.message.seq === editing}
                flashed={row.key === flashed}
                quoted={quotedBy(timeline, row)}
                blocked={row.kind === 'message' && blocked.has(row.message.authorId)}
                readers={row.kind === 'message' && row.message.seq === readers?.seq ? readers.ids : nobody}
                users={users}
                viewer={viewer}
                handle={handle}
                act={act}
              />
            ))}
          </div>
          <div ref={below} class="below">
            {!timeline.atEnd && rows.length > 0 && <Skeletons count={8} />}
          </div>
        </div>
      </div>
      <JumpPill shown={reading.away} fresh={reading.fresh} onJump={() => control.current?.toEnd()} />
    </div>
  )
}

const nobody: readonly string[] = []

/** The last value for as long as it says the same, so that rows need not be drawn anew for it. */
function useSame(next: Readers | null): Readers | null {
  const last = useRef(next)
  if (JSON.stringify(last.current) !== JSON.stringify(next)) last.current = next
  return last.current
}

function must<Value>(drawn: Value | null): Value {
  if (drawn === null) throw new Error('unable to show the timeline; not drawn')
  return drawn
}

/** Rows ascend by seq, drafts and gaps stand last: a binary search. */
function rowOfSeq({ rows }: Timeline, seq: number): (Row & { kind: 'message' }) | undefined {
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row?.kind === 'message' && row.message.seq === seq) return row
    if (row?.kind === 'message' && row.message.seq < seq) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

function quotedBy(timeline: Timeline, row: Row): Message | null {
  const seq = row.kind === 'message' ? row.message.replyTo : row.kind === 'draft' ? row.draft.replyTo : undefined
  return seq === undefined ? null : (rowOfSeq(timeline, seq)?.message ?? null)
}
