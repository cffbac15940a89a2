/** A menu where it was asked for, in the browser's top layer; on a phone a sheet. Arrows walk it, Esc closes it. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Dialog } from './dialog.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import type { Spot } from './parts.ts'
import { useMedia } from './use-media.ts'

type Needs = { at: Spot; label: string; onClose: () => void; children: ComponentChildren }

const marginPx = 8

export function Menu({ label, onClose, children, at }: Needs) {
  if (!useMedia('(max-width: 760px)')) return <Floating label={label} onClose={onClose} children={children} at={at} />
  return (
    <Dialog title={label} onClose={onClose}>
      <div class="picks" role="menu" aria-label={label}>
        {children}
      </div>
    </Dialog>
  )
}

function Floating({ at: { left, top }, label, onClose, children }: Needs) {
  const element = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const before = document.activeElement
    const menu = element.current
    if (menu === null) return undefined
    menu.showPopover()
    const { width, height } = menu.getBoundingClientRect()
    menu.style.setProperty('--left', `${Math.max(marginPx, Math.min(left, window.innerWidth - width - marginPx))}px`)
    menu.style.setProperty('--top', `${Math.max(marginPx, Math.min(top, window.innerHeight - height - marginPx))}px`)
    itemsOf(menu)[0]?.focus({ preventScroll: true })
    const dismiss = ({ target }: Event) => target instanceof Node && !menu.contains(target) && onClose()
    window.addEventListener('pointerdown', dismiss, true)
    return () => {
      window.removeEventListener('pointerdown', dismiss, true)
      const isLost = document.activeElement === document.body || menu.contains(document.activeElement)
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [left, top])

  return (
    <div
      ref={element}
      class="menu"
      popover="manual" // of itself it would close as the button that asked for it is let go of
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' && event.key !== 'Tab') return walk(event, element.current)
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
    >
      {children}
    </div>
  )
}

type ItemNeeds = { icon: IconName; label: string; isAlert?: boolean; onClick: () => void }

export function MenuItem({ icon, label, isAlert = false, onClick }: ItemNeeds) {
  return (
    <button type="button" role="menuitem" class="menu-item" data-alert={isAlert} onClick={onClick}>
      <Icon name={icon} size={18} />
      {label}
    </button>
  )
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')]

function walk(event: KeyboardEvent, menu: HTMLElement | null): void {
  if (menu === null) return
  const items = itemsOf(menu)
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items.at(at - 1),
    Home: items[0],
    End: items.at(-1),
  }[event.key]
  if (next === undefined) return
  event.preventDefault()
  next?.focus()
}
