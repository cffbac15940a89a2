/** The rows that the fakes of the store share: what Postgres would hold, in Maps. */
import { randomUUIDv7 } from 'node:crypto'
import type { Member, MembersChange, Message, Preferences, Room } from '#protocol/wire.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { RoomChange } from '../../server/store/room-book.ts'
import type { Credentials } from '../../server/store/user-book.ts'

export type RoomRow = {
  room: Room
  directKey: string | null
  head: number
  rev: number
  roomRev: number
  membersRev: number
  movedAt: number
  /** In the order they joined. */
  members: Map<string, Member>
  /** Of those who have any. */
  preferences: Map<string, Preferences>
  /** `seq` 1 stands first; a row is replaced, never changed. */
  messages: Message[]
  /** By `seq`: who is named. */
  mentions: Map<number, Set<string>>
}

export type Tables = {
  epoch: string
  users: Map<string, Credentials>
  rooms: Map<string, RoomRow>
  /** Whom each blocked. */
  blocks: Map<string, Set<string>>
  debts: string[]
  now(): number
  newId(): string
}

export function openTables({ now, newId = randomUUIDv7 }: { now: () => number; newId?: () => string }): Tables {
  return { epoch: newId(), users: new Map(), rooms: new Map(), blocks: new Map(), debts: [], now, newId }
}

export const timeOf = (ms: number) => new Date(ms).toISOString()

/** The room, if this user may read it. [X5] */
export function readable({ rooms }: Tables, { roomId, userId }: { roomId: string; userId: string }): RoomRow {
  const row = rooms.get(roomId)
  if (row === undefined || (row.room.kind !== 'public' && !row.members.has(userId))) throw new Refusal('not-found')
  return row
}

/** Whether one of these people blocked this one. [M4] */
export const isBlocked = ({ blocks }: Tables, who: string, by: Iterable<string>) =>
  [...by].some((id) => blocks.get(id)?.has(who) ?? false)

/** Raises the rev, lets `change` do what it was raised for, and says so. [M1] */
export function raise(tables: Tables, row: RoomRow, change: () => MembersChange | undefined): RoomChange {
  const base = row.rev
  row.rev += 1
  row.movedAt = tables.now()
  const members = change()
  row.room = { ...row.room, memberCount: row.members.size }
  return { room: row.room, base, rev: row.rev, head: row.head, ...(members ? { members } : {}) }
}
