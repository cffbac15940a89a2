/** What the address names: `#/r/<room>`, a message in it `#/r/<room>/<seq>`, or nothing. A hash needs no help from any server. */

import type { Cell } from '../engine/cell.ts'
import { openCell } from '../engine/cell.ts'

/** `seq`: the message to go to. The same message asked for again is another route. */
type Route = { roomId: string | null; seq: number | null }

export type Router = {
  route: Cell<Route>
  /** Goes to a room, to a message in it, or with `null` to the list of rooms. */
  go(roomId: string | null, seq?: number | null): void
  close(): void
}

export function routeOf(hash: string): Route {
  const [, roomId = null, seq] = /^#\/r\/([\w-]+)(?:\/(\d{1,9}))?$/.exec(hash) ?? []
  return { roomId, seq: seq === undefined ? null : Number(seq) }
}

export function hashOf(roomId: string | null, seq: number | null = null): string {
  if (roomId === null) return '#/'
  return seq === null ? `#/r/${roomId}` : `#/r/${roomId}/${seq}`
}

export function openRouter(page: Window): Router {
  const route = openCell(routeOf(page.location.hash))
  const look = () => {
    const [next, now] = [routeOf(page.location.hash), route.get()]
    if (next.roomId !== now.roomId || next.seq !== now.seq) route.set(next)
  }
  page.addEventListener('hashchange', look)
  return {
    route,
    go(roomId, seq = null) {
      page.location.hash = hashOf(roomId, seq)
      if (seq === null) look()
      else route.set({ roomId, seq })
    },
    close: () => page.removeEventListener('hashchange', look),
  }
}
