/** A room book without Postgres. */
import { isDeepStrictEqual } from 'node:util'
import { limits } from '#protocol/limits.ts'
import type { Member, Standing } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { ReadMark, RoomBook } from '../../server/store/room-book.ts'
import { createRoom, putMember, removeMember, ruled, same } from './memory-room-changes.ts'
import { type RoomRow, raise, readable, type Tables } from './memory-tables.ts'

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function openMemoryRooms(tables: Tables): RoomBook {
  const { rooms } = tables

  function minesOf(userId: string): RoomRow[] {
    const mine = [...rooms.values()].filter((row) => row.members.has(userId))
    return mine.sort((a, b) => b.movedAt - a.movedAt || byText(a.room.id, b.room.id))
  }

  /** Moves the reading as `toward` has it; the room's rev stays. */
  function mark(
    { roomId, userId, seq }: { roomId: string; userId: string; seq: number },
    toward: typeof Math.max,
  ): ReadMark {
    const row = readable(tables, { roomId, userId })
    const member = row.members.get(userId)
    if (member === undefined) throw new Refusal('forbidden')
    const lastRead = toward(member.lastRead, Math.min(seq, row.head))
    row.members.set(userId, { ...member, lastRead })
    return { lastRead, moved: member.lastRead !== lastRead, memberCount: row.members.size }
  }

  function standing(row: RoomRow, { userId, lastRead }: Member): Standing {
    const mentions = [...row.mentions].filter(([seq, who]) => seq > lastRead && who.has(userId)).length
    return { room: row.room, head: row.head, rev: row.rev, lastRead, mentions, ...preferencesOf(row, userId) }
  }

  const preferencesOf = ({ preferences }: RoomRow, userId: string) =>
    preferences.get(userId) ?? { favourite: false, muted: false }
  const standings = (userId: string) =>
    minesOf(userId).map((row) => standing(row, must(row.members.get(userId), 'they are a member')))

  return {
    create: async (wanted, caller) => createRoom(tables, wanted, caller),
    async get({ roomId, userId }) {
      const { room, head, rev, members } = readable(tables, { roomId, userId })
      return { room, head, rev, member: members.get(userId) ?? null }
    },
    members: async (roomId) => [...(rooms.get(roomId)?.members.values() ?? [])].slice(0, limits.membersListed),
    listMine: async (userId) => minesOf(userId).map(({ room }) => room),
    async listPublic(q) {
      const all = [...rooms.values()].map(({ room }) => room)
      const open = all.filter(({ kind, archived }) => kind === 'public' && !archived)
      const found = open.filter(({ title }) => title.toLowerCase().includes(q.toLowerCase()))
      return found.sort((a, b) => b.memberCount - a.memberCount || byText(a.title, b.title)).slice(0, 100)
    },
    async change({ roomId, title, topic, archived }, caller) {
      const row = readable(tables, { roomId, userId: caller.userId })
      if (!ruled(row, caller)) throw new Refusal('forbidden')
      const { room } = row
      const next = { title: title ?? room.title, topic: topic ?? room.topic, archived: archived ?? room.archived }
      if (next.title === room.title && next.topic === room.topic && next.archived === room.archived) return same(row)
      return raise(tables, row, () => {
        row.room = { ...room, ...next }
        row.roomRev = row.rev
        return undefined
      })
    },
    putMember: async (wanted, caller) => putMember(tables, wanted, caller),
    removeMember: async (wanted, caller) => removeMember(tables, wanted, caller),
    read: async (at) => mark(at, Math.max),
    unread: async (at) => mark(at, Math.min),
    async prefer(at, { favourite, muted }) {
      const row = readable(tables, at)
      if (!row.members.has(at.userId)) throw new Refusal('forbidden')
      const before = preferencesOf(row, at.userId)
      const next = { favourite: favourite ?? before.favourite, muted: muted ?? before.muted }
      row.preferences.set(at.userId, next)
      return { ...next, moved: !isDeepStrictEqual(before, next) }
    },
    standings: async (userId) => standings(userId),
    standingsOf: async (userIds) =>
      new Map(userIds.map((userId) => [userId, standings(userId)] as const).filter(([, all]) => all.length > 0)),
    memberships: async (userIds) =>
      new Map(userIds.map((userId) => [userId, new Set(minesOf(userId).map(({ room }) => room.id))])),
    async membersOf(roomIds) {
      const rows = roomIds.flatMap((roomId) => rooms.get(roomId) ?? [])
      return new Map(rows.map(({ room, members }) => [room.id, [...members.keys()]]))
    },
  }
}
