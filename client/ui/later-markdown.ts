/** Fetches the parser right behind the start, so that it is there before the first message that needs it. */
import type { Cell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'
import type { Markdown } from './parts.ts'

/** `null` until it is there; what could not be fetched is tried again when the network is back. */
export function openMarkdown(page: Window): Cell<Markdown | null> {
  const loaded = openCell<Markdown | null>(null)
  const load = () => {
    Promise.all([import('./markdown.tsx'), import('./markdown-words.ts')]).then(
      ([{ drawMarkdown }, { wordsInMarkdown }]) => loaded.set({ draw: drawMarkdown, words: wordsInMarkdown }),
      () => page.addEventListener('online', load, { once: true }),
    )
  }
  load()
  return loaded
}
