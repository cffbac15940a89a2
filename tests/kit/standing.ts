/** A place in a room that nobody needs to know more about. */
import type { Standing } from '#protocol/wire.ts'

export function standingIn(roomId: string): Standing {
  const names = { kind: 'public' as const, title: 'A room', topic: '', ownerId: null }
  const room = { id: roomId, ...names, archived: false, memberCount: 1, createdAt: '2026-01-01T00:00:00.000Z' }
  return { room, head: 0, rev: 1, lastRead: 0, mentions: 0, favourite: false, muted: false }
}
