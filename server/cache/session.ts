/** Who is signed in, on which device: express-session on Redis, so that any node knows every session. [S1] */
import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { RedisStore } from 'connect-redis'
import session from 'express-session'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import { openSidReader } from './cookie.ts'
import type { Redis } from './redis.ts'
import { openSessionTable, sessionPrefix } from './session-table.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
    generation: number
    signedInAt: string
    userAgent: string
  }
}

type Needs = {
  redis: Redis
  secret: string
  ttlMs: number
  clock: Clock
  metrics: Pick<Metrics, 'sessionReads' | 'sessionFaults'>
}

/** `handle` names the session to people and says nothing about the cookie; `sid` never leaves the server. [S7] */
export type SessionView = {
  sid: string
  handle: string
  userId: string
  generation: number
  signedInAt: string
  userAgent: string
}

type Kept = Partial<session.SessionData>

/** A request the middleware has seen. */
export type SessionRequest = IncomingMessage & { session?: session.Session & Kept; sessionID?: string }

/** Every verb refuses `unavailable` within 1.5 s when Redis does not answer, and at once while it is known to be away. [S3] */
export type Sessions = {
  /** Loads the session of the request's cookie: for Express, and for engine.io as it is (`read` costs a socket less). */
  middleware: ReturnType<typeof session>
  /** The session a `Cookie` header names, null when there is none. Prolongs it as the middleware does. */
  read(cookieHeader: string | undefined): Promise<SessionView | null>
  /** The session the middleware found. */
  current(request: SessionRequest): SessionView | null
  /** A new session under a new id; the one the request came with is gone. Resolves when every node can see it. [S2] */
  signIn(request: SessionRequest, user: { userId: string; generation: number }): Promise<SessionView>
  signOut(request: SessionRequest): Promise<void>
  /** Lets the request's own device stay signed in as its user moves on to another generation. [S8] */
  renew(request: SessionRequest, generation: number): Promise<void>
  /** What these sessions are now, null for those that ended: asked of all at a node again and again, so not the whole view. */
  look(sids: string[]): Promise<Map<string, Pick<SessionView, 'generation'> | null>>
  /** Prolongs the session of an open socket; false when it has ended. Cheap: it writes once in ten minutes. [S6] */
  touch(sid: string): Promise<boolean>
  /** The user's sessions, the latest sign-in first. */
  devices(userId: string): Promise<SessionView[]>
  /** Ends one device; null when the user has none of that handle. */
  end(userId: string, handle: string): Promise<SessionView | null>
  /** Ends all of the user's devices but one; `null` spares none. */
  endOthers(userId: string, keepHandle: string | null): Promise<SessionView[]>
}

export const sessionCookie = 'parley.sid'

/** The longest a browser keeps a cookie. How long a session lives is for Redis to say, which can prolong it. */
const cookieMs = 400 * 86_400_000

const handleOf = (sid: string) => hash('sha256', `handle:${sid}`, 'base64url').slice(0, 22)

function viewOf(sid: string, { userId, generation, signedInAt, userAgent }: Kept): SessionView | null {
  if (userId === undefined || generation === undefined || signedInAt === undefined) return null
  return {
    sid,
    get handle() {
      return handleOf(sid) // few ask for it
    },
    userId,
    generation,
    signedInAt,
    userAgent: userAgent ?? '',
  }
}

function viewOfText(sid: string, text: string | null): SessionView | null {
  return text === null ? null : viewOf(sid, JSON.parse(text))
}

function generationIn(text: string | null): { generation: number } | null {
  const kept: Kept | null = text === null ? null : JSON.parse(text)
  return kept?.generation === undefined ? null : { generation: kept.generation }
}

/** express-session speaks in callbacks. */
function done(start: (settle: (fault?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((fault) => (fault ? reject(fault) : resolve())))
}

export function openSessions({ redis, secret, ttlMs, clock, metrics }: Needs): Sessions {
  const table = openSessionTable({ redis, ttlMs, clock, metrics })
  const sidOf = openSidReader({ name: sessionCookie, secret })
  const load = session({
    name: sessionCookie,
    secret,
    // prolonging is the table's: it knows when the last time was [S6]
    store: new RedisStore({
      client: table.storeClient,
      prefix: sessionPrefix,
      ttl: Math.ceil(ttlMs / 1_000),
      disableTouch: true,
    }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: cookieMs }, // [S5]
  })

  /** Whatever goes wrong with the store is "try again"; without a session is only who has none. [S3] */
  const middleware: typeof load = (request, response, next) => {
    let isTold = false
    load(request, response, (fault?: unknown) => {
      // a save that fails while the answer goes out is told a second time, and Express would cut the connection for it
      if (isTold) return
      isTold = true
      if (fault === undefined || fault === null) next()
      else next(fault instanceof Refusal ? fault : new Refusal('unavailable', { cause: fault }))
    })
  }

  function current({ session: kept, sessionID: sid }: SessionRequest): SessionView | null {
    return kept === undefined || sid === undefined ? null : viewOf(sid, kept)
  }

  async function signIn(request: SessionRequest, user: { userId: string; generation: number }): Promise<SessionView> {
    const before = current(request)
    await done((settle) => request.session?.regenerate(settle))
    const { session: kept, sessionID: sid } = request
    if (kept === undefined || sid === undefined) throw new Error('unable to sign in; the middleware was not there')
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 200)
    Object.assign(kept, { ...user, signedInAt: new Date(clock.now()).toISOString(), userAgent })
    await table.bear(sid, user.userId, () => done((settle) => kept.save(settle)))
    if (before !== null) await table.forget(before.userId, [before.sid])
    return { sid, handle: handleOf(sid), ...user, signedInAt: kept.signedInAt ?? '', userAgent }
  }

  async function devices(userId: string): Promise<SessionView[]> {
    const found = await table.ofUser(userId)
    return [...found]
      .map(([sid, text]) => viewOfText(sid, text))
      .filter((view) => view !== null)
      .sort((a, b) => b.signedInAt.localeCompare(a.signedInAt))
  }

  async function endThose(userId: string, ended: (view: SessionView) => boolean): Promise<SessionView[]> {
    const views = (await devices(userId)).filter(ended)
    const sids = views.map(({ sid }) => sid)
    if (sids.length > 0) await table.remove(userId, sids)
    return views
  }

  return {
    middleware,
    current,
    signIn,
    devices,
    async read(cookieHeader) {
      const sid = sidOf(cookieHeader)
      return sid === null ? null : viewOfText(sid, await table.read(sid))
    },
    async signOut(request) {
      const view = current(request)
      if (view !== null) await table.remove(view.userId, [view.sid])
      delete request.session
    },
    async renew({ session: kept }, generation) {
      if (kept === undefined) throw new Error('unable to renew a session; the middleware was not there')
      kept.generation = generation
      await done((settle) => kept.save(settle))
    },
    async look(sids) {
      const texts = await table.look(sids)
      return new Map(sids.map((sid, index) => [sid, generationIn(texts[index] ?? null)]))
    },
    touch: async (sid) => (await table.read(sid)) !== null,
    end: async (userId, handle) => (await endThose(userId, (view) => view.handle === handle))[0] ?? null,
    endOthers: (userId, keepHandle) => endThose(userId, (view) => view.handle !== keepHandle),
  }
}
