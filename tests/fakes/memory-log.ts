/** A message log without Postgres. */

import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { MessageLog, Position, Since, StoredPageInput } from '../../server/store/message-log.ts'
import { appendTo, pinsOf } from './memory-append.ts'
import { type RoomRow, readable, type Tables } from './memory-tables.ts'

export function openMemoryLog(tables: Tables): MessageLog {
  return {
    append: async (writes, { debts = [] }) => appendTo(tables, writes, debts),

    async find(roomId, ids) {
      return tables.rooms.get(roomId)?.messages.filter(({ id }) => ids.includes(id)) ?? []
    },

    async page(input) {
      const { rev, head, messages } = readable(tables, input)
      return { rev, head, messages: pageOf(messages, input) }
    },

    pins: async (at) =>
      pinsOf(readable(tables, at)).sort((a, b) => byText(b.pinnedAt ?? '', a.pinnedAt ?? '') || b.seq - a.seq),

    since: async (positions) => positions.map((position) => sinceOf(tables, position)),

    async revs(roomIds) {
      const rows = roomIds.flatMap((roomId) => tables.rooms.get(roomId) ?? [])
      return new Map(rows.map(({ room, rev, head }) => [room.id, { rev, head }]))
    },

    async changes({ roomId, from, limit }) {
      const row = tables.rooms.get(roomId)
      if (row === undefined) return null
      const later = laterThan(row, from)
      const taken = later.slice(0, limit)
      const rev = taken.length < later.length ? (taken.at(-1)?.rev ?? from) : row.rev
      const membersMoved = row.membersRev > from
      const isRoomMoved = membersMoved || row.roomRev > from
      return { rev, head: row.head, messages: bySeq(taken), membersMoved, ...(isRoomMoved ? { room: row.room } : {}) }
    },

    epoch: async () => tables.epoch,
  }
}

function sinceOf(tables: Tables, { roomId, userIds, rev, limit }: Position): Since | null {
  const row = tables.rooms.get(roomId)
  if (row === undefined) return null
  const readers = row.room.kind === 'public' ? [...userIds] : userIds.filter((userId) => row.members.has(userId))
  if (readers.length === 0) return null
  const later = laterThan(row, rev)
  const isServed = rev !== 0 && rev <= row.rev && later.length <= limit
  const { size } = row.members
  const isMoved = !isServed || row.membersRev > rev
  const isListed = size <= limits.readShown || (isMoved && size <= limits.membersListed)
  return {
    rev: row.rev,
    head: row.head,
    room: row.room,
    readers,
    messages: later.length > limit ? 'too-many' : bySeq(later),
    ...(isListed ? { members: [...row.members.values()] } : {}),
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const bySeq = (messages: Message[]) => messages.toSorted((a, b) => a.seq - b.seq)

const laterThan = ({ messages }: RoomRow, rev: number) =>
  messages.filter((message) => message.rev > rev).sort((a, b) => a.rev - b.rev)

function pageOf(messages: Message[], { before, after, around, limit }: StoredPageInput): Message[] {
  const newest = messages.length - limit
  if (before !== undefined) {
    const end = Math.min(before - 1, messages.length)
    return messages.slice(Math.max(0, end - limit), end)
  }
  const from = after ?? (around === undefined ? newest : Math.min(around - 1 - (limit >> 1), newest))
  return messages.slice(Math.max(0, from), Math.max(0, from) + limit)
}
