/** Pages of a room's history over HTTP, for those without a socket. */
import { Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { Page, PageInput } from '#protocol/wire.ts'
import { ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type HistoryNeeds = {
  signedIn: SignedIn
  history: { page(asked: { userId: string; input: PageInput }): Promise<Page> }
}

export function openHistoryRoutes({ signedIn, history }: HistoryNeeds): Router {
  const router = Router()
  router.get(
    '/rooms/:roomId/messages',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      const page = await history.page({ userId, input: { roomId, ...parse(requests.page, request.query) } })
      return { ...ok(page), headers: { 'X-Cache': page.source === 'cache' ? 'hit' : 'miss' } }
    }),
  )
  return router
}
