/** A finger that stays opens what a mouse finds by hovering; one that moves or leaves soon does not. */
import { useRef } from 'preact/hooks'
import type { Cancel } from '../engine/clock.ts'
import { useParts } from './parts.ts'

type Press =
  | { state: 'none' }
  | { state: 'begun'; x: number; y: number; cancel: Cancel }
  /** What it opens is open, the finger still down. */
  | { state: 'held' }

const holdMs = 450
const stillPx = 10

export function useLongPress(onLongPress: (target: Element) => void) {
  const { clock } = useParts()
  const press = useRef<Press>({ state: 'none' })

  function end(): void {
    if (press.current.state === 'begun') press.current.cancel()
    if (press.current.state === 'begun') press.current = { state: 'none' }
  }

  return {
    onPointerDown({ pointerType, target, clientX, clientY }: PointerEvent) {
      end()
      press.current = { state: 'none' }
      if (pointerType !== 'touch' || !(target instanceof Element)) return
      const cancel = clock.after(holdMs, () => {
        press.current = { state: 'held' }
        onLongPress(target)
      })
      press.current = { state: 'begun', x: clientX, y: clientY, cancel }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (press.current.state !== 'begun') return
      if (Math.hypot(clientX - press.current.x, clientY - press.current.y) > stillPx) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
    onTouchEnd(event: TouchEvent) {
      // else lifting the finger would press whatever has opened under it
      if (press.current.state === 'held') event.preventDefault()
    },
    onContextMenu(event: MouseEvent) {
      // the same gesture opens the browser's own menu on some phones
      if (press.current.state !== 'none') event.preventDefault()
    },
  }
}
