/** Rooms and who is in them: lists, looks, and every change, under the table of rights. [M3] */
import { type Request, Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { Room, Source } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { Membership } from '../rooms/membership.ts'
import type { RoomBook } from '../store/room-book.ts'
import { created, done, ok, parse } from './answer.ts'
import type { Caller, SignedIn } from './caller.ts'

export type RoomNeeds = {
  signedIn: SignedIn
  budget: Pick<Budget, 'spend'>
  book: Pick<RoomBook, 'get' | 'members' | 'listMine'>
  /** The open rooms, through the cache. */
  listPublic: (q: string) => Promise<{ source: Source; rooms: Room[] }>
  membership: Pick<Membership, 'create' | 'change' | 'putMember' | 'removeMember'>
}

export function openRooms({ signedIn, budget, book, listPublic, membership }: RoomNeeds): Router {
  const router = Router()

  router.get(
    '/rooms',
    signedIn(async ({ userId }) => ok({ rooms: await book.listMine(userId) })),
  )

  router.get(
    '/rooms/public',
    signedIn(async (_caller, request) => {
      const { q = '' } = parse(requests.findRooms, request.query)
      return ok(await listPublic(q))
    }),
  )

  router.post(
    '/rooms',
    signedIn(async (caller, request) => {
      const wanted = parse(requests.createRoom, request.body)
      await budget.spend('createUser', caller.userId)
      const { room } = await membership.create(wanted, caller)
      return created({ room })
    }),
  )

  router.get(
    '/rooms/:roomId',
    signedIn(async ({ userId }, request) => {
      const { roomId } = parse(paths.room, request.params)
      const { room } = await book.get({ roomId, userId })
      return ok({ room, members: await book.members(roomId) })
    }),
  )

  router.patch(
    '/rooms/:roomId',
    signedIn(async (caller, request) => {
      const { roomId } = parse(paths.room, request.params)
      const wanted = parse(requests.changeRoom, request.body)
      await budget.spend('changeUser', caller.userId)
      const { room } = await membership.change({ roomId, ...wanted }, caller)
      return ok({ room, members: await book.members(roomId) })
    }),
  )

  router.put(
    '/rooms/:roomId/members/:userId',
    signedIn(async (caller, request) => {
      const at = placeOf(caller, request)
      const wanted = parse(requests.putMember, request.body ?? {})
      await budget.spend('changeUser', caller.userId)
      const { room } = await membership.putMember({ ...at, ...wanted }, caller)
      return ok({ room, members: await book.members(at.roomId) })
    }),
  )

  router.delete(
    '/rooms/:roomId/members/:userId',
    signedIn(async (caller, request) => {
      const at = placeOf(caller, request)
      await budget.spend('changeUser', caller.userId)
      await membership.removeMember(at, caller)
      return done
    }),
  )

  return router
}

function placeOf(caller: Caller, { params }: Request): { roomId: string; userId: string } {
  const { roomId, userId } = parse(paths.member, params)
  return { roomId, userId: userId === 'me' ? caller.userId : userId }
}
