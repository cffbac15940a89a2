/** Which message has the focus or the mouse, and how the arrow keys walk from one to the next. */
import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Row } from '../engine/face.ts'
import type { ScrollWindow } from './scroll-window.ts'

type Needs = {
  rows: readonly Row[]
  scroll: ScrollWindow
  scroller: RefObject<HTMLElement | null>
  list: RefObject<HTMLElement | null>
  /** Back to the composer. */
  onEscape: () => void
  editing: number | null
}

export function useListKeys({ rows, scroll, scroller, list, onEscape, editing }: Needs) {
  const [active, setActive] = useState<string | null>(null)
  const [within, setWithin] = useState(false)
  const [hovered, setHovered] = useState<string | null>(null)
  const wanted = useRef<string | null>(null)

  const elementOf = (key: string) => list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  const last = () => rows[scroll.view().last]?.key ?? rows.at(-1)?.key ?? null

  function go(key: string | null | undefined): void {
    if (!key) return
    wanted.current = key
    setActive(key)
    if (!elementOf(key)) scroll.toRow(key)
    else drew()
  }

  /** After every drawing: the row that was asked for may be there now. */
  function drew(): void {
    const element = wanted.current === null ? null : elementOf(wanted.current)
    if (!element) return
    wanted.current = null
    element.focus({ preventScroll: true })
    reveal(scroller.current, element)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const target = event.target
    if (!(target instanceof HTMLElement) || target.closest('textarea, input, [popover]')) return
    if (event.key === 'Escape') onEscape()
    if (target !== list.current && !target.matches('.row')) return
    const at = rows.findIndex((row) => row.key === active)
    const next = target === list.current && at < 0 ? last() : stepFrom(event.key, at)
    if (next === undefined) return
    event.preventDefault()
    go(next)
  }

  /** The key of the row an arrow leads to; `undefined` when the key is none of ours. */
  function stepFrom(key: string, at: number): string | null | undefined {
    if (key === 'ArrowUp') return rows[Math.max(0, at - 1)]?.key
    if (key === 'ArrowDown') return rows[Math.min(rows.length - 1, at + 1)]?.key
    if (key === 'Home') return rows[0]?.key
    return key === 'End' ? rows.at(-1)?.key : undefined
  }

  const rowOf = (event: Event) =>
    event.target instanceof Element ? (event.target.closest('.row')?.getAttribute('data-key') ?? null) : null

  const known = active !== null && elementOf(active) ? active : null
  return {
    active: within && editing === null ? active : null,
    hovered,
    tabbable: known ?? rows.at(-1)?.key ?? null,
    go,
    drew,
    /** Puts the focus on the row it was on last, or on the last one in view. */
    enter: () => go(known ?? last()),
    onKeyDown,
    onFocusIn(event: FocusEvent) {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) setActive(rowOf(event) ?? active)
      setWithin(true)
    },
    onFocusOut({ relatedTarget }: FocusEvent) {
      // within the list the focus only moves on: its toolbar must not go in between
      if (!(relatedTarget instanceof Node && list.current?.contains(relatedTarget))) setWithin(false)
    },
    onPointerOver: (event: PointerEvent) => {
      // a finger has no hover: its first tap must not hit a button that was not there before
      if (event.pointerType === 'mouse') setHovered(rowOf(event))
    },
    onPointerLeave: () => setHovered(null),
  }
}

const marginPx = 12

function reveal(scroller: HTMLElement | null, element: HTMLElement): void {
  if (scroller === null) return
  const view = scroller.getBoundingClientRect()
  const row = element.getBoundingClientRect()
  if (row.top < view.top + marginPx) scroller.scrollTop += row.top - view.top - marginPx
  else if (row.bottom > view.bottom - marginPx) scroller.scrollTop += row.bottom - view.bottom + marginPx
}
