/** Light, dark, or as the system likes it; kept on this device. `public/theme.js` applies it before the first paint. */

import type { OpenCell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'parley.theme'

export function openTheme(page: Window): OpenCell<ThemeChoice> {
  const theme = openCell(read(page))
  theme.subscribe((choice) => {
    const root = page.document.documentElement
    if (choice === 'system') root.removeAttribute('data-theme')
    else root.setAttribute('data-theme', choice)
    write(page, choice)
  })
  return theme
}

function read(page: Window): ThemeChoice {
  const chosen = page.document.documentElement.getAttribute('data-theme')
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

function write(page: Window, choice: ThemeChoice): void {
  try {
    if (choice === 'system') page.localStorage.removeItem(key)
    else page.localStorage.setItem(key, choice)
  } catch {
    // storage is blocked: the choice lasts as long as the page
  }
}
