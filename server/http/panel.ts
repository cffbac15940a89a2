/** `GET /api/cluster`: every node as it last beat, for anyone signed in; the details, and what may be done, for admins. */
import { Router } from 'express'
import type { ClusterView, HotRoom, NamedHotRoom, NodeView } from '#protocol/panel.ts'
import type { Room } from '#protocol/wire.ts'
import { ok } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type PanelNeeds = {
  signedIn: SignedIn
  census: { view(asked: { admin: boolean }): Promise<ClusterView> }
  book: { get(asked: { roomId: string; userId: string }): Promise<{ room: Room }> }
  chaosAllowed: boolean
}

const hotRoomsShown = 8

/** The hottest of what all nodes told: each counts what it commits itself. */
export function hottestOf(nodes: readonly NodeView[]): HotRoom[] {
  const rates = new Map<string, number>()
  for (const { roomId, perSecond } of nodes.flatMap(({ details }) => details?.hotRooms ?? []))
    rates.set(roomId, (rates.get(roomId) ?? 0) + perSecond)
  return [...rates]
    .map(([roomId, perSecond]) => ({ roomId, perSecond }))
    .sort((a, b) => b.perSecond - a.perSecond)
    .slice(0, hotRoomsShown)
}

export function openPanel({ signedIn, census, book, chaosAllowed }: PanelNeeds): Router {
  const router = Router()

  /** An admin learns no name of a room that is not theirs to see. [X5] */
  async function named(room: HotRoom, userId: string): Promise<NamedHotRoom> {
    const found = await book.get({ roomId: room.roomId, userId }).catch(() => null)
    return { ...room, title: found?.room.title ?? null }
  }

  router.get(
    '/cluster',
    signedIn(async ({ admin, userId }) => {
      const view = await census.view({ admin })
      if (!admin) return ok(view)
      const hotRooms = await Promise.all(hottestOf(view.nodes).map((room) => named(room, userId)))
      return ok({ ...view, admin: { chaosAllowed, hotRooms } })
    }),
  )
  return router
}
