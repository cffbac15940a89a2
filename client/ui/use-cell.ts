/** Cells of the engine, watched by components. */
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Cell } from '../engine/cell.ts'
import { useParts } from './parts.ts'

/** The cell's value; the component draws again when it changes. */
export function useCell<Value>(cell: Cell<Value>): Value {
  const [seen, setSeen] = useState({ value: cell.get() })
  useLayoutEffect(() => {
    const look = () => setSeen((last) => (Object.is(last.value, cell.get()) ? last : { value: cell.get() }))
    look() // it may have changed between the drawing and now
    return cell.subscribe(look)
  }, [cell])
  return Object.is(seen.value, cell.get()) ? seen.value : cell.get()
}

/** Whether `boundMs` have passed since `sinceMs` (of the clock); draws again when they have. */
export function usePassed(sinceMs: number, boundMs: number): boolean {
  const { clock } = useParts()
  const [, redraw] = useState(0)
  useLayoutEffect(() => {
    const leftMs = sinceMs + boundMs - clock.now()
    return leftMs > 0 ? clock.after(leftMs + 1, () => redraw((count) => count + 1)) : undefined
  }, [clock, sinceMs, boundMs])
  return clock.now() - sinceMs >= boundMs
}

/** Whole seconds until `atMs`, counting down; 0 without one. */
export function useSecondsUntil(atMs: number | undefined): number {
  const { clock } = useParts()
  const [, redraw] = useState(0)
  const leftMs = atMs === undefined ? 0 : Math.max(0, atMs - clock.now())
  useLayoutEffect(
    () => (leftMs > 0 ? clock.after((leftMs % 1_000) + 5, () => redraw((count) => count + 1)) : undefined),
    [clock, leftMs],
  )
  return Math.ceil(leftMs / 1_000)
}
