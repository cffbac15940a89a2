/** Changes of rooms and of who is in them, as the functions in Postgres make them. */
import type { Member } from '#protocol/wire.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { Caller, NewRoom, RoomBook, RoomChange } from '../../server/store/room-book.ts'
import { isBlocked, type RoomRow, raise, readable, type Tables, timeOf } from './memory-tables.ts'

/** Whether the caller renames, archives, removes members and gives roles; nobody does in a direct room. [M3] */
export function ruled({ room, members }: RoomRow, { userId, admin }: Caller): boolean {
  if (room.kind !== 'public' && room.kind !== 'private') return false
  return members.get(userId)?.role === 'owner' || (admin && (room.kind === 'public' || members.has(userId)))
}

export const same = ({ room, rev, head }: RoomRow): RoomChange => ({ room, base: rev, rev, head })

export function createRoom(tables: Tables, wanted: NewRoom, { userId }: Caller): RoomChange {
  const { rooms, users } = tables
  const isDirect = wanted.kind === 'direct'
  const ids = [...new Set([userId, ...(wanted.memberIds ?? [])])].sort((a, b) => (a < b ? -1 : 1))
  if (ids.some((id) => !users.has(id))) throw new Refusal('not-found')
  const directKey = isDirect ? ids.join(',') : null
  const twin = isDirect ? [...rooms.values()].find((row) => row.directKey === directKey) : undefined
  if (twin !== undefined) return same(twin)
  if (isBlocked(tables, userId, ids)) throw new Refusal('forbidden')
  const { title, topic = '' } = isDirect ? { title: '' } : wanted
  const [id, moment] = [tables.newId(), timeOf(tables.now())]
  const ownerId = isDirect ? null : userId
  const room = { id, kind: wanted.kind, title, topic, ownerId, archived: false, memberCount: 0, createdAt: moment }
  const counters = { head: 0, rev: 0, roomRev: 1, membersRev: 1, movedAt: 0 }
  const nothing = { members: new Map(), preferences: new Map(), messages: [], mentions: new Map() }
  const row: RoomRow = { room, directKey, ...counters, ...nothing }
  rooms.set(id, row)
  return raise(tables, row, () => {
    for (const who of ids) {
      row.members.set(who, { userId: who, role: who === ownerId ? 'owner' : 'member', lastRead: 0, joinedAt: moment })
    }
    row.membersRev = row.rev
    return { joined: [...row.members.values()], left: [] }
  })
}

/** Whose role changed stands among the joined, in the new state. */
export function putMember(tables: Tables, wanted: Parameters<RoomBook['putMember']>[0], caller: Caller): RoomChange {
  const { roomId, userId, role } = wanted
  const row = readable(tables, { roomId, userId: caller.userId })
  const theirs = row.members.get(userId)
  if (row.room.kind === 'direct') throw new Refusal('forbidden')
  if (theirs !== undefined && theirs.role === (role ?? theirs.role)) return same(row)
  const isStranger = userId !== caller.userId && !row.members.has(caller.userId)
  if (!ruled(row, caller) && (role === 'owner' || theirs !== undefined || isStranger)) throw new Refusal('forbidden')
  if (!tables.users.has(userId)) throw new Refusal('not-found')
  if (theirs === undefined && isBlocked(tables, caller.userId, [userId])) throw new Refusal('forbidden')
  return raise(tables, row, () => {
    const former = role === 'owner' ? row.members.get(row.room.ownerId ?? '') : undefined
    const fresh: Member = { userId, role: 'member', lastRead: row.head, joinedAt: timeOf(tables.now()) }
    const changed: Member[] = [{ ...(theirs ?? fresh), role: role ?? 'member' }]
    if (former !== undefined) changed.push({ ...former, role: 'member' })
    for (const member of changed) row.members.set(member.userId, member)
    const kept = row.room.ownerId === userId ? null : row.room.ownerId
    row.room = { ...row.room, ownerId: role === 'owner' ? userId : kept }
    row.membersRev = row.rev
    if (role === 'owner' || theirs?.role === 'owner') row.roomRev = row.rev
    return { joined: changed, left: [] }
  })
}

/** An owner who goes leaves the room without one. */
export function removeMember(
  tables: Tables,
  { roomId, userId }: { roomId: string; userId: string },
  caller: Caller,
): RoomChange {
  const row = readable(tables, { roomId, userId: caller.userId })
  if (row.room.kind === 'direct' || (userId !== caller.userId && !ruled(row, caller))) throw new Refusal('forbidden')
  if (!row.members.has(userId)) return same(row)
  return raise(tables, row, () => {
    row.members.delete(userId)
    row.preferences.delete(userId)
    for (const named of row.mentions.values()) named.delete(userId)
    row.membersRev = row.rev
    if (row.room.ownerId === userId) {
      row.room = { ...row.room, ownerId: null }
      row.roomRev = row.rev
    }
    return { joined: [], left: [userId] }
  })
}
