/** Who there is: users by id, by ids, by what they are called. */
import { Router } from 'express'
import { paths, requests } from '#protocol/schemas.ts'
import type { User } from '#protocol/wire.ts'
import type { UserCache } from '../cache/user-cache.ts'
import { Refusal } from '../kit/refusal.ts'
import { type UserBook, userOf } from '../store/user-book.ts'
import { ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type PeopleNeeds = {
  signedIn: SignedIn
  users: Pick<UserBook, 'search'>
  /** Users by id, through the cache. */
  people: Pick<UserCache<User>, 'byId' | 'byIds'>
}

export function openPeople({ signedIn, users, people }: PeopleNeeds): Router {
  const router = Router()

  router.get(
    '/users',
    signedIn(async (_caller, request) => {
      const asked = parse(requests.findUsers, request.query)
      const found = 'ids' in asked ? (await people.byIds(asked.ids)).users : await users.search(asked.q)
      return ok({ users: found.map(userOf) })
    }),
  )

  router.get(
    '/users/:userId',
    signedIn(async ({ userId }, request) => {
      const asked = parse(paths.user, request.params)
      const found = await people.byId(asked.userId === 'me' ? userId : asked.userId)
      if (found === null) throw new Refusal('not-found')
      return ok({ source: found.source, user: userOf(found.user) })
    }),
  )

  return router
}
