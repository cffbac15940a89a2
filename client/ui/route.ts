/** What the address names: `#/r/<room>` or nothing. A hash needs no help from any server. */

import type { Cell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

type Route = { roomId: string | null }

export type Router = {
  route: Cell<Route>
  /** Goes to a room, or with `null` to the list of rooms. */
  go(roomId: string | null): void
  close(): void
}

export function openRouter(page: Window): Router {
  const read = (): Route => ({ roomId: /^#\/r\/([\w-]+)$/.exec(page.location.hash)?.[1] ?? null })
  const route = openCell(read())
  const look = () => {
    const next = read()
    if (next.roomId !== route.get().roomId) route.set(next)
  }
  page.addEventListener('hashchange', look)
  return {
    route,
    go(roomId) {
      page.location.hash = roomId === null ? '#/' : `#/r/${roomId}`
      look()
    },
    close: () => page.removeEventListener('hashchange', look),
  }
}
