/** What people settle for themselves, as the fake cluster keeps it. */
import type { Events, Preferences } from '#protocol/wire.ts'

type Told = 'room:preferences' | 'user:blocked'
type Needs = { toUser: <Name extends Told>(userId: string, name: Name, payload: Events[Name]) => void }
type Asked = { userId: string; method: string; pathname: string; body: string | undefined }

export function openFakeOwn({ toUser }: Needs) {
  /** By room and person. */
  const kept = new Map<string, Preferences>()
  const blocks = new Map<string, string[]>()
  const preferences = (roomId: string, userId: string) =>
    kept.get(`${roomId} ${userId}`) ?? { favourite: false, muted: false }
  const blocked = (userId: string) => blocks.get(userId) ?? []

  function prefer(roomId: string, userId: string, change: Partial<Preferences>): Response {
    const next = { ...preferences(roomId, userId), ...change }
    kept.set(`${roomId} ${userId}`, next)
    toUser(userId, 'room:preferences', { roomId, ...next })
    return Response.json(next)
  }

  function block(userId: string, whom: string, on: boolean): Response {
    const others = blocked(userId).filter((id) => id !== whom)
    blocks.set(userId, on ? [...others, whom] : others)
    toUser(userId, 'user:blocked', { userId: whom, on })
    return new Response(null, { status: 204 })
  }

  return {
    preferences,
    blocked,
    /** The answer, if it is about any of this. */
    serve({ userId, method, pathname, body }: Asked): Response | null {
      const [, roomId] = /^\/api\/rooms\/([^/]+)\/me$/.exec(pathname) ?? []
      if (roomId !== undefined) return prefer(roomId, userId, JSON.parse(body ?? '{}'))
      const [, whom] = /^\/api\/blocks\/([^/]+)$/.exec(pathname) ?? []
      return whom === undefined ? null : block(userId, whom, method === 'PUT')
    },
  }
}
