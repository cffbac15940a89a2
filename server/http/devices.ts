/** The devices somebody is signed in on, by public handles, and the way to end one. [S7] */
import { Router } from 'express'
import type { Device } from '#protocol/panel.ts'
import { paths } from '#protocol/schemas.ts'
import type { Sessions } from '../cache/session.ts'
import { Refusal } from '../kit/refusal.ts'
import type { EndSessions } from './account.ts'
import { done, ok, parse } from './answer.ts'
import type { SignedIn } from './caller.ts'

export type DeviceNeeds = {
  signedIn: SignedIn
  sessions: Pick<Sessions, 'devices' | 'end'>
  endSessions: EndSessions
}

export function openDevices({ signedIn, sessions, endSessions }: DeviceNeeds): Router {
  const router = Router()

  router.get(
    '/sessions',
    signedIn(async ({ userId, session }) => {
      const devices = (await sessions.devices(userId)).map(
        ({ handle, userAgent, signedInAt }): Device => ({
          handle,
          current: handle === session.handle,
          userAgent,
          signedInAt,
        }),
      )
      return ok({ sessions: devices })
    }),
  )

  router.delete(
    '/sessions/:handle',
    signedIn(async ({ userId }, request) => {
      const { handle } = parse(paths.device, request.params)
      const ended = await sessions.end(userId, handle)
      if (ended === null) throw new Refusal('not-found', { detail: 'you have no such device' })
      endSessions({ userId, handles: [ended.handle], reason: 'revoked' })
      return done
    }),
  )

  return router
}
