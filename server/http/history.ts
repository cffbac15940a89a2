/** Pages of a room's history over HTTP, for those without a socket. */
import { Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { History } from '../rooms/history.ts'
import { parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type HistoryNeeds = {
  signedIn: SignedIn
  history: Pick<History, 'bytes'>
}

export function openHistoryRoutes({ signedIn, history }: HistoryNeeds): Router {
  const router = Router()
  router.get(
    '/rooms/:roomId/messages',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      const input = { roomId, ...parse(requests.page, request.query) }
      const { source, bytes } = await history.bytes({ userId, input })
      return { status: 200, bytes, headers: { 'X-Cache': source === 'cache' ? 'hit' : 'miss' } }
    }),
  )
  return router
}
