/** What concerns nobody but the caller: what a room is to them, and whom they block. */
import { Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { Budget } from '../cache/budget.ts'
import type { OwnDevices } from '../rooms/own-devices.ts'
import type { BlockBook } from '../store/block-book.ts'
import { done, ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type OwnNeeds = {
  signedIn: SignedIn
  budget: Pick<Budget, 'spend'>
  blocks: Pick<BlockBook, 'list'>
  ownDevices: OwnDevices
}

export function openOwn({ signedIn, budget, blocks, ownDevices }: OwnNeeds): Router {
  const router = Router()

  router.patch(
    '/rooms/:roomId/me',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      const change = parse(requests.changePreferences, request.body)
      await budget.spend('changeUser', userId)
      return ok(await ownDevices.prefer({ roomId, userId }, change))
    }),
  )

  router.get(
    '/blocks',
    signedIn(async ({ userId }) => ok({ userIds: await blocks.list(userId) })),
  )

  for (const on of [true, false])
    router[on ? 'put' : 'delete'](
      '/blocks/:userId',
      signedIn(async ({ userId }, request) => {
        const { userId: blockedId } = parse(paths.person, request.params)
        await budget.spend('changeUser', userId)
        await ownDevices.block({ userId, blockedId }, on)
        return done
      }),
    )

  return router
}
