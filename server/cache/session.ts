/** Who is signed in, on which device: express-session on Redis, so that any node knows every session. [S1] */
import type { IncomingMessage } from 'node:http'
import type session from 'express-session'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Redis } from './redis.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
    generation: number
    signedInAt: string
    userAgent: string
  }
}

type Needs = { redis: Redis; secret: string; ttlMs: number; log: Log; clock: Clock }

/** `handle` names the session to people and says nothing about the cookie; `sid` never leaves the server. [S7] */
export type SessionView = {
  sid: string
  handle: string
  userId: string
  generation: number
  signedInAt: string
  userAgent: string
}

/** A request the middleware has seen. */
export type SessionRequest = IncomingMessage & {
  session?: session.Session & Partial<session.SessionData>
  sessionID?: string
}

/** Every verb refuses `unavailable` within 1.5 s when Redis does not answer, and at once while it is known to be away. [S3] */
export type Sessions = {
  /** Loads the session of the request's cookie: for Express, and for engine.io as it is (once per connection: see `read`). */
  middleware: ReturnType<typeof session>
  /** The session a `Cookie` header names, without a response at hand; null when there is none. Prolongs it as the middleware does. */
  read(cookieHeader: string | undefined): Promise<SessionView | null>
  /** The session the middleware found. */
  current(request: SessionRequest): SessionView | null
  /** A new session under a new id; the one the request came with is gone. Resolves when every node can see it. [S2] */
  signIn(request: SessionRequest, user: { userId: string; generation: number }): Promise<SessionView>
  signOut(request: SessionRequest): Promise<void>
  /** What these sessions are now, null for those that ended. */
  look(sids: string[]): Promise<Map<string, SessionView | null>>
  /** Prolongs the session of an open socket; false when it has ended. Cheap: writes once in ten minutes. [S6] */
  touch(sid: string): Promise<boolean>
  /** The user's sessions, the latest sign-in first. */
  devices(userId: string): Promise<SessionView[]>
  /** Ends one device; null when the user has none of that handle. */
  end(userId: string, handle: string): Promise<SessionView | null>
  /** Ends all of the user's devices but one; `null` spares none. */
  endOthers(userId: string, keepHandle: string | null): Promise<SessionView[]>
}

export function openSessions(_needs: Needs): Sessions {
  throw new Error('not written yet')
}
