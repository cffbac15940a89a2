/** Fetches the parser right behind the start, so that it is there before the first message that needs it. */
import type { Cell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'
import type { DrawMarkdown } from './parts.ts'

/** `null` until it is there; what could not be fetched is tried again when the network is back. */
export function openMarkdown(page: Window): Cell<DrawMarkdown | null> {
  const loaded = openCell<DrawMarkdown | null>(null)
  const load = () => {
    import('./markdown.tsx').then(
      ({ drawMarkdown }) => loaded.set(drawMarkdown),
      () => page.addEventListener('online', load, { once: true }),
    )
  }
  load()
  return loaded
}
