/** Accounts and the way in and out: sign up, sign in, sign out, change of password. */
import type { IncomingMessage } from 'node:http'
import { type Request, Router } from 'express'
import { limits } from '#protocol/limits.ts'
import { requests } from '#protocol/schemas.ts'
import type { EndReason, User } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import { type Sessions, sessionCookie } from '../cache/session.ts'
import { Refusal } from '../kit/refusal.ts'
import { type UserBook, type UserRecord, userOf } from '../store/user-book.ts'
import { answering, created, done, ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'
import type { Passwords } from './passwords.ts'

/** Closes the sockets of these devices on every node. [S2] */
export type EndSessions = (ended: { userId: string; handles: string[]; reason: EndReason }) => void

export type AccountNeeds = {
  signedIn: SignedIn
  sessions: Pick<Sessions, 'middleware' | 'current' | 'signIn' | 'signOut' | 'renew' | 'endOthers'>
  /** `change` resolves when no cache has the old row any more. [C6] */
  users: Pick<UserBook, 'create' | 'byName' | 'byId' | 'change' | 'setPassword'>
  budget: Pick<Budget, 'spend' | 'forgive'>
  passwords: Passwords
  endSessions: EndSessions
  /** Tells everybody who shares a room with the user. */
  tellChanged: (user: User) => Promise<void>
  addressOf: (request: IncomingMessage) => string
  node: { name: string }
  epoch: () => string
}

const username = new RegExp(`^[a-z0-9_.-]{${limits.usernameMin},${limits.usernameMax}}$`)

/** express-session itself stands before those alone that make, change or end a session; who only needs to know who asks, reads. */
export function openAccount(needs: AccountNeeds): Router {
  const { signedIn, sessions, users, budget, passwords, endSessions, addressOf } = needs
  const router = Router()

  /** Whoever was signed in here before is signed out, and so are their sockets. [S2] */
  async function enter(request: Request, { id, generation }: UserRecord): Promise<void> {
    const before = sessions.current(request)
    await sessions.signIn(request, { userId: id, generation })
    if (before !== null) endSessions({ userId: before.userId, handles: [before.handle], reason: 'signed-out' })
  }

  router.post(
    '/users',
    sessions.middleware,
    answering(async (request) => {
      const wanted = parse(requests.signUp, request.body)
      await budget.spend('signUpAddress', addressOf(request))
      const passwordHash = await passwords.hash(wanted.password)
      const displayName = wanted.displayName ?? wanted.username
      const user = await users.create({ username: wanted.username, displayName, passwordHash })
      await enter(request, user)
      return created({ user: userOf(user) })
    }),
  )

  router.post(
    '/session',
    sessions.middleware,
    answering(async (request) => {
      const given = parse(requests.signIn, request.body)
      const name = given.username.trim().toLowerCase()
      const address = addressOf(request)
      const byName = `${name} ${address}`
      await budget.spend('signInName', byName) // by name *and* address: nobody can lock another out [X3]
      await budget.spend('signInAddress', address)
      const found = username.test(name) ? await users.byName(name) : null
      const isRight = await passwords.verify(given.password, found?.passwordHash ?? null) // [X6]
      if (found === null || !isRight)
        throw new Refusal('signed-out', { detail: 'the username or the password is wrong' })
      await budget.forgive('signInName', byName)
      await enter(request, found)
      return ok({ user: userOf(found) })
    }),
  )

  router.delete(
    '/session',
    sessions.middleware,
    answering(async (request, response) => {
      const session = sessions.current(request)
      if (session !== null) {
        await sessions.signOut(request)
        endSessions({ userId: session.userId, handles: [session.handle], reason: 'signed-out' })
      }
      response.clearCookie(sessionCookie)
      return done
    }),
  )

  router.get(
    '/session',
    signedIn(async ({ user }) => ok({ user, node: needs.node.name, epoch: needs.epoch() })),
  )

  router.patch(
    '/users/me',
    signedIn(async ({ userId }, request) => {
      const wanted = parse(requests.changeMe, request.body)
      await budget.spend('changeUser', userId) // everybody in every room of theirs is told
      const user = userOf(await users.change(userId, wanted))
      await needs.tellChanged(user)
      return ok({ user })
    }),
  )

  router.post(
    '/users/me/password',
    sessions.middleware,
    signedIn(async ({ userId, session }, request) => {
      const { current, next } = parse(requests.changePassword, request.body)
      await budget.spend('passwordUser', userId)
      const found = await users.byId(userId)
      const isRight = await passwords.verify(current, found?.passwordHash ?? null)
      if (found === null || !isRight) throw new Refusal('forbidden', { detail: 'the current password is wrong' })
      const passwordHash = await passwords.hash(next)
      // first this device, then the generation: in between, and whatever fails, it stays signed in [S8]
      await sessions.renew(request, found.generation + 1)
      await users.setPassword(userId, passwordHash)
      const ended = await sessions.endOthers(userId, session.handle)
      endSessions({ userId, handles: ended.map(({ handle }) => handle), reason: 'password-changed' })
      return done
    }),
  )

  return router
}
