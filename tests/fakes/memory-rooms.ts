/** A room book without Postgres. */
import { randomUUIDv7 } from 'node:crypto'
import { limits } from '#protocol/limits.ts'
import type { Member, MembersChange, Role, Standing } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { Caller, NewRoom, ReadMark, RoomBook, RoomChange } from '../../server/store/room-book.ts'
import { type RoomRow, readable, type Tables, timeOf } from './memory-tables.ts'

export function openMemoryRooms(tables: Tables): RoomBook {
  const { rooms, users } = tables

  /** Raises the rev and says what was done. */
  function moved(row: RoomRow, members?: MembersChange): RoomChange {
    const base = row.rev
    row.rev += 1
    row.movedAt = tables.now()
    if (members === undefined) row.roomRev = row.rev
    else row.membersRev = row.rev
    row.room = { ...row.room, memberCount: row.members.size }
    return { room: row.room, base, rev: row.rev, head: row.head, ...(members === undefined ? {} : { members }) }
  }

  const same = ({ room, rev, head }: RoomRow): RoomChange => ({ room, base: rev, rev, head })

  function enter(row: RoomRow, userId: string, role: Role): Member {
    const member = { userId, role, lastRead: row.head, joinedAt: timeOf(tables.now()) }
    row.members.set(userId, member)
    return member
  }

  /** Whether the caller may rename, archive, remove and give roles. */
  function rules({ room, members }: RoomRow, { userId, admin }: Caller): boolean {
    if (room.kind !== 'public' && room.kind !== 'private') return false
    return members.get(userId)?.role === 'owner' || (admin && (room.kind === 'public' || members.has(userId)))
  }

  function create(wanted: NewRoom, { userId }: Caller): RoomChange {
    const ids = [...new Set([userId, ...(wanted.memberIds ?? [])])]
    if (ids.some((id) => !users.has(id))) throw new Refusal('not-found')
    const directKey = wanted.kind === 'direct' ? ids.toSorted((a, b) => (a < b ? -1 : 1)).join(' ') : null
    const twin = directKey === null ? undefined : [...rooms.values()].find((row) => row.directKey === directKey)
    if (twin !== undefined) return same(twin)
    const { title, topic = '' } = wanted.kind === 'direct' ? { title: '' } : wanted
    const ownerId = wanted.kind === 'direct' ? null : userId
    const id = randomUUIDv7()
    const createdAt = timeOf(tables.now())
    const room = { id, kind: wanted.kind, title, topic, ownerId, archived: false, memberCount: ids.length, createdAt }
    const counters = { head: 0, rev: 0, roomRev: 1, membersRev: 1, movedAt: tables.now() }
    const row: RoomRow = { room, directKey, ...counters, members: new Map(), messages: [], mentions: new Map() }
    rooms.set(id, row)
    return moved(row, {
      joined: ids.map((member) => enter(row, member, member === ownerId ? 'owner' : 'member')),
      left: [],
    })
  }

  function giveRole(row: RoomRow, userId: string, role: Role): RoomChange {
    const put = (id: string, given: Role) => {
      const member = { ...must(row.members.get(id), 'they are a member'), role: given }
      row.members.set(id, member)
      return member
    }
    const before = [...row.members.values()].find((member) => member.role === 'owner')
    const changed = [put(userId, role)]
    if (role === 'owner' && before !== undefined) changed.push(put(before.userId, 'member'))
    row.room = { ...row.room, ownerId: role === 'owner' ? userId : null }
    row.roomRev = row.rev + 1
    return moved(row, { joined: changed, left: [] })
  }

  function mark(row: RoomRow, userId: string, seq: number): ReadMark {
    const member = must(row.members.get(userId), 'they are a member')
    row.members.set(userId, { ...member, lastRead: seq })
    return { lastRead: seq, moved: member.lastRead !== seq, memberCount: row.members.size }
  }

  function memberRow({ roomId, userId }: { roomId: string; userId: string }): { row: RoomRow; lastRead: number } {
    const row = readable(tables, { roomId, userId })
    const member = row.members.get(userId)
    if (member === undefined) throw new Refusal('forbidden')
    return { row, lastRead: member.lastRead }
  }

  function standing(row: RoomRow, { userId, lastRead }: Member): Standing {
    const mentions = [...row.mentions].filter(([seq, who]) => seq > lastRead && who.has(userId)).length
    return { room: row.room, head: row.head, rev: row.rev, lastRead, mentions }
  }

  const minesOf = (userId: string) =>
    [...rooms.values()].filter((row) => row.members.has(userId)).sort((a, b) => b.movedAt - a.movedAt)

  return {
    create: async (wanted, caller) => create(wanted, caller),
    async get({ roomId, userId }) {
      const { room, head, rev, members } = readable(tables, { roomId, userId })
      return { room, head, rev, member: members.get(userId) ?? null }
    },
    members: async (roomId) => [...(rooms.get(roomId)?.members.values() ?? [])].slice(0, limits.membersListed),
    listMine: async (userId) => minesOf(userId).map(({ room }) => room),
    async listPublic(q) {
      const open = [...rooms.values()]
        .map(({ room }) => room)
        .filter(({ kind, archived }) => kind === 'public' && !archived)
      const found = open.filter(({ title }) => title.toLowerCase().includes(q.toLowerCase()))
      return found.sort((a, b) => b.memberCount - a.memberCount).slice(0, 100)
    },
    async change({ roomId, title, topic, archived }, caller) {
      const row = readable(tables, { roomId, userId: caller.userId })
      if (!rules(row, caller)) throw new Refusal('forbidden')
      const { room } = row
      const next = {
        ...room,
        title: title ?? room.title,
        topic: topic ?? room.topic,
        archived: archived ?? room.archived,
      }
      if (JSON.stringify(next) === JSON.stringify(room)) return same(row)
      row.room = next
      return moved(row)
    },
    async putMember({ roomId, userId, role }, caller) {
      const row = readable(tables, { roomId, userId: caller.userId })
      const member = row.members.get(userId)
      const isSelf = userId === caller.userId
      if (member === undefined) {
        const mayAdd = row.room.kind !== 'direct' && (isSelf || row.members.has(caller.userId) || rules(row, caller))
        if (!mayAdd || (role === 'owner' && !rules(row, caller))) throw new Refusal('forbidden')
        if (!users.has(userId)) throw new Refusal('not-found')
        const joined = moved(row, { joined: [enter(row, userId, 'member')], left: [] })
        return role === 'owner' ? giveRole(row, userId, 'owner') : joined
      }
      if (role === undefined || role === member.role) return same(row)
      if (!rules(row, caller)) throw new Refusal('forbidden')
      return giveRole(row, userId, role)
    },
    async removeMember({ roomId, userId }, caller) {
      const row = readable(tables, { roomId, userId: caller.userId })
      const isSelf = userId === caller.userId
      if (row.room.kind === 'direct' || (!isSelf && !rules(row, caller))) throw new Refusal('forbidden')
      if (!row.members.delete(userId)) return same(row)
      if (row.room.ownerId === userId) {
        row.room = { ...row.room, ownerId: null }
        row.roomRev = row.rev + 1
      }
      return moved(row, { joined: [], left: [userId] })
    },
    async read(at) {
      const { row, lastRead } = memberRow(at)
      return mark(row, at.userId, Math.max(lastRead, Math.min(at.seq, row.head)))
    },
    async unread(at) {
      const { row, lastRead } = memberRow(at)
      return mark(row, at.userId, Math.min(lastRead, at.seq))
    },
    standings: async (userId) =>
      minesOf(userId).map((row) => standing(row, must(row.members.get(userId), 'they are a member'))),
    memberships: async (userIds) =>
      new Map(userIds.map((userId) => [userId, new Set(minesOf(userId).map(({ room }) => room.id))])),
    membersOf: async (roomIds) =>
      new Map(roomIds.map((roomId) => [roomId, [...(rooms.get(roomId)?.members.keys() ?? [])]])),
  }
}
