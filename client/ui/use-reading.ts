/** What the reader has seen and how far they are from the end: marks as read, loads what comes near, counts what is new. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RoomHandle, Timeline } from '../engine/face.ts'
import { useParts } from './parts.ts'
import type { ScrollWindow } from './scroll-window.ts'

type Needs = { handle: RoomHandle; timeline: Timeline; scroll: ScrollWindow }

const nearPx = 1_200
const awayPx = 400
const stickPx = 100
/** A page that could not be had is not asked for again at once. */
const againMs = 3_000

export function useReading({ handle, timeline, scroll }: Needs) {
  const { clock, engine } = useParts()
  const [away, setAway] = useState(false)
  const [fresh, setFresh] = useState(0)
  const headAtEnd = useRef(timeline.head)
  const asked = useRef({ key: '', atMs: 0 })
  const divider = useRef<{ seen: boolean; left: boolean }>({ seen: false, left: false })
  const latest = useRef(timeline)
  latest.current = timeline

  function look(): void {
    const now = latest.current
    const view = scroll.view()
    const atEnd = now.atEnd && view.fromEndPx <= stickPx
    if (atEnd) headAtEnd.current = now.head
    setAway(!now.atEnd || view.fromEndPx > awayPx)
    setFresh(atEnd ? 0 : Math.max(0, now.head - headAtEnd.current))
    if (isLooking()) see(now, view)
    watchDivider(now, view, atEnd)
    loadWhatIsNear(now, view)
  }

  function see(now: Timeline, view: { last: number }): void {
    const seen = now.rows.slice(0, view.last + 1).findLast((row) => row.kind === 'message')
    if (seen?.kind === 'message') handle.seen(seen.message.seq)
  }

  /** The line goes once it was seen, the end was left, and the reader is back at the end. */
  function watchDivider(now: Timeline, view: { first: number; last: number }, atEnd: boolean): void {
    if (now.dividerSeq === null) return
    for (let index = view.first; index <= view.last; index += 1) {
      const row = now.rows[index]
      if (row?.kind === 'message' && row.message.seq === now.dividerSeq) divider.current.seen = true
    }
    if (!atEnd) divider.current.left = true
    if (!atEnd || !divider.current.seen || !divider.current.left) return
    divider.current = { seen: false, left: false }
    handle.clearDivider()
  }

  function loadWhatIsNear(now: Timeline, view: { fromStartPx: number; fromEndPx: number }): void {
    if (now.loading !== 'none' || now.rows.length === 0 || now.fault) return
    if (!now.atStart && view.fromStartPx < nearPx && mayAsk(now.rows[0]?.key ?? '')) void handle.loadOlder()
    else if (!now.atEnd && view.fromEndPx < nearPx && mayAsk(now.rows.at(-1)?.key ?? '')) void handle.loadNewer()
  }

  function mayAsk(key: string): boolean {
    const again = asked.current.key === key && clock.now() - asked.current.atMs < againMs
    if (!again) asked.current = { key, atMs: clock.now() }
    return !again
  }

  useEffect(() => {
    const back = () => look()
    window.addEventListener('focus', back)
    document.addEventListener('visibilitychange', back)
    const stop = engine.link.subscribe(back) // what could not be loaded may be had now
    return () => {
      window.removeEventListener('focus', back)
      document.removeEventListener('visibilitychange', back)
      stop()
    }
  })

  return { away, fresh, look }
}

/** Read is what a person can have read. */
function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
