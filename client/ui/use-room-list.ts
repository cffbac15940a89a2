/** Hands on the list of rooms: arrows walk it, and a right click, a long press or Shift+F10 opens a room's menu. */
import type { Spot } from './parts.ts'
import { useParts } from './parts.ts'
import { useLongPress } from './use-long-press.ts'

export function useRoomList() {
  const { dialog } = useParts()
  const press = useLongPress((target) => openMenu(target, null))

  /** At the pointer, else under what was pressed. `false` where there is no room. */
  function openMenu(target: EventTarget | null, spot: Spot | null): boolean {
    const line = target instanceof Element ? target.closest('[data-room]') : null
    const roomId = line?.getAttribute('data-room')
    if (!line || !roomId) return false
    const { left, bottom } = line.getBoundingClientRect()
    dialog.set({ kind: 'room-menu', roomId, at: spot ?? { left: left + 24, top: bottom } })
    return true
  }

  return {
    ...press,
    onContextMenu(event: MouseEvent) {
      press.onContextMenu(event)
      if (!event.defaultPrevented && openMenu(event.target, { left: event.clientX, top: event.clientY }))
        event.preventDefault()
    },
    onClick(event: MouseEvent) {
      const more = event.target instanceof Element ? event.target.closest('.room-more') : null
      if (more === null) return
      const { left, bottom } = more.getBoundingClientRect()
      openMenu(more, { left, top: bottom + 4 })
    },
    onKeyDown(event: KeyboardEvent) {
      const asksMenu = event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')
      if (asksMenu && openMenu(event.target, null)) event.preventDefault()
      else if (event.key === 'Escape') document.querySelector<HTMLElement>('.composer textarea')?.focus()
      else walk(event)
    },
  }
}

function walk(event: KeyboardEvent): void {
  if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || event.altKey) return
  const items = [...document.querySelectorAll<HTMLElement>('.room-item')].filter((item) => item.checkVisibility())
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = items[at + (event.key === 'ArrowUp' ? -1 : 1)]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  next.focus()
}
