/** The emoji somebody used last, on this device; the latest comes first. */
import type { OpenCell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

const key = 'parley.emoji'
const most = 24

export type RecentEmoji = { cell: OpenCell<readonly string[]>; add(emoji: string): void }

export function openRecentEmoji(page: Window): RecentEmoji {
  const cell = openCell<readonly string[]>(read(page))
  return {
    cell,
    add(emoji) {
      cell.set([emoji, ...cell.get().filter((one) => one !== emoji)].slice(0, most))
      try {
        page.localStorage.setItem(key, cell.get().join(' '))
      } catch {
        // storage is blocked: they last as long as the page
      }
    },
  }
}

function read(page: Window): string[] {
  try {
    return (page.localStorage.getItem(key) ?? '').split(' ').filter(Boolean)
  } catch {
    return []
  }
}
