/** `GET /api/cluster`: every node as it last beat, for anyone signed in; the details for admins. */
import { Router } from 'express'
import type { ClusterView } from '#protocol/panel.ts'
import { ok } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type PanelNeeds = { signedIn: SignedIn; census: { view(asked: { admin: boolean }): Promise<ClusterView> } }

export function openPanel({ signedIn, census }: PanelNeeds): Router {
  const router = Router()
  router.get(
    '/cluster',
    signedIn(async ({ admin }) => ok(await census.view({ admin }))),
  )
  return router
}
