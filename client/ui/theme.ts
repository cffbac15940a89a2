/** How it looks on this device: its colours and how close things stand. `public/theme.js` applies both before the first paint. */

import type { OpenCell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

export type Density = 'comfortable' | 'compact'

export function openTheme(page: Window): OpenCell<ThemeChoice> {
  return openLook(page, { name: 'theme', usual: 'system', others: ['light', 'dark'] })
}

export function openDensity(page: Window): OpenCell<Density> {
  return openLook(page, { name: 'density', usual: 'comfortable', others: ['compact'] })
}

type Look<Choice extends string> = { name: string; usual: Choice; others: readonly Choice[] }

/** An attribute of the page that outlives it, unless it is as usual. */
function openLook<Choice extends string>(page: Window, { name, usual, others }: Look<Choice>): OpenCell<Choice> {
  const root = page.document.documentElement
  const chosen = root.getAttribute(`data-${name}`)
  const look = openCell(others.find((other) => other === chosen) ?? usual)
  look.subscribe((choice) => {
    if (choice === usual) root.removeAttribute(`data-${name}`)
    else root.setAttribute(`data-${name}`, choice)
    keep(page, `parley.${name}`, choice === usual ? null : choice)
  })
  return look
}

function keep(page: Window, key: string, value: string | null): void {
  try {
    if (value === null) page.localStorage.removeItem(key)
    else page.localStorage.setItem(key, value)
  } catch {
    // storage is blocked: the choice lasts as long as the page
  }
}
