/** A small panel next to what opened it, in the browser's top layer: nothing clips it, Esc and a click outside close it. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

type Needs = { anchor: Element; label: string; onClose: () => void; children: ComponentChildren }

const distancePx = 6
const marginPx = 8

export function Popover({ anchor, label, onClose, children }: Needs) {
  const element = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const panel = element.current
    if (panel === null) return
    panel.showPopover()
    const { left, top } = placeOf(anchor.getBoundingClientRect(), panel.getBoundingClientRect())
    panel.style.left = `${left}px`
    panel.style.top = `${top}px`
    const first = panel.querySelector<HTMLElement>('button:not([tabindex="-1"])') ?? panel
    if (!panel.contains(document.activeElement)) first.focus({ preventScroll: true })
  }, [anchor])

  return (
    <div
      ref={element}
      class="popover"
      popover="auto"
      role="dialog"
      tabIndex={-1}
      aria-label={label}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
    >
      {children}
    </div>
  )
}

/** Above the anchor where there is room, else below; never out of the window. */
function placeOf(anchor: DOMRect, panel: DOMRect): { left: number; top: number } {
  const above = anchor.top - panel.height - distancePx
  const left = Math.min(anchor.right - panel.width, window.innerWidth - panel.width - marginPx)
  return { left: Math.max(marginPx, left), top: above > marginPx ? above : anchor.bottom + distancePx }
}
