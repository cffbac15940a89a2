/** The keys that work everywhere in the workspace. */
import { useEffect } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { roomBeside, sectionsOf } from './sections.ts'

export const isMac = /Mac|iP/.test(navigator.platform)

export function useKeys(user: User): void {
  const { engine, router, dialog } = useParts()

  useEffect(() => {
    /** Whether the key was one of ours. */
    function take(event: KeyboardEvent): boolean {
      const { key, altKey, shiftKey } = event
      const withMod = isMac ? event.metaKey : event.ctrlKey
      const isPlain = !withMod && !altKey
      if (withMod && !altKey && !shiftKey && key.toLowerCase() === 'k') {
        dialog.set(dialog.get() === 'switcher' ? null : 'switcher')
        return true
      }
      if ((withMod && key === '/') || (isPlain && key === '?' && !isTyping(event.target))) {
        dialog.set('shortcuts')
        return true
      }
      if (document.querySelector('dialog[open]')) return false
      if (isPlain && key === 'F6') return walkRegions(shiftKey ? -1 : 1)
      if (!altKey || withMod || (key !== 'ArrowUp' && key !== 'ArrowDown')) return false
      const sections = sectionsOf(engine.rooms.get(), engine.users.get(), user.id)
      const next = roomBeside(sections, router.route.get().roomId, {
        step: key === 'ArrowUp' ? -1 : 1,
        isUnread: shiftKey,
      })
      if (next !== null) router.go(next)
      return true
    }
    const listen = (event: KeyboardEvent) => {
      if (!event.isComposing && !event.defaultPrevented && take(event)) event.preventDefault()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [engine, router, dialog, user.id])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

/** From region to region, around. */
function walkRegions(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) =>
    region.checkVisibility(),
  )
  const at = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions.at((at + step) % regions.length)
  const target = next?.matches('[data-region-focus]')
    ? next
    : next?.querySelector<HTMLElement>('[data-region-focus], textarea, [tabindex="0"], button, a')
  target?.focus()
  return regions.length > 0
}
