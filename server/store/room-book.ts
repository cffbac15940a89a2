/** Rooms and who is in them: every change is one call that raises the room's rev under its lock. [M1] */
import { randomUUIDv7 } from 'node:crypto'
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Member, MembersChange, Preferences, Role, Room, Standing } from '#protocol/wire.ts'
import { must } from '../kit/must.ts'
import { Refusal } from '../kit/refusal.ts'
import { Prisma } from './generated/client.ts'
import type { Postgres } from './postgres.ts'
import {
  lookQuery,
  membershipsQuery,
  membersOfQuery,
  membersQuery,
  mineQuery,
  publicQuery,
  standingsQuery,
} from './room-queries.ts'

const { sql } = Prisma

/** Who asks. `admin` says whether they are one of `ADMINS`. */
export type Caller = { userId: string; admin: boolean }

/** `memberIds` may name the caller; they are a member in any case. */
export type NewRoom =
  | { kind: 'public' | 'private'; title: string; topic?: string; memberIds?: readonly string[] }
  | { kind: 'direct'; memberIds: readonly string[] }

/** What a change did, ready to announce as the span (base, rev]. `base === rev`: it was so already, nothing to announce. */
export type RoomChange = { room: Room; base: number; rev: number; head: number; members?: MembersChange }

/** A room as its reader finds it; `member` is `null` for a guest in a public room. */
type RoomLook = { room: Room; head: number; rev: number; member: Member | null }

/** Where somebody's reading stands now; `moved` is false when it stood there already. */
export type ReadMark = { lastRead: number; moved: boolean; memberCount: number }

/** Refuses, everywhere: `not-found` for a room that does not exist or that the caller may not see [X5], else `forbidden`. [M3] */
export type RoomBook = {
  /**
   * A direct room exists once per set of members: asked for again it comes back with `base === rev`, also when two ask at
   * once. Refuses `not-found` if a member does not exist. The first rev of a room is 1.
   */
  create(room: NewRoom, caller: Caller): Promise<RoomChange>
  get(at: { roomId: string; userId: string }): Promise<RoomLook>
  /** At most `limits.membersListed`, in the order they joined. */
  members(roomId: string): Promise<Member[]>
  listMine(userId: string): Promise<Room[]>
  /** Open, unarchived rooms whose title contains `q`, the largest first, 100 at most. */
  listPublic(q: string): Promise<Room[]>
  change(
    change: { roomId: string; title?: string | undefined; topic?: string | undefined; archived?: boolean | undefined },
    caller: Caller,
  ): Promise<RoomChange>
  /** Join, add, or give a role; `role: 'owner'` hands the room over. Refuses `not-found` if the user does not exist. */
  putMember(member: { roomId: string; userId: string; role?: Role | undefined }, caller: Caller): Promise<RoomChange>
  /** Leave, or remove somebody. An owner who leaves leaves the room without one. */
  removeMember(member: { roomId: string; userId: string }, caller: Caller): Promise<RoomChange>
  /** Keeps the maximum of all devices, never beyond the head. */
  read(at: { roomId: string; userId: string; seq: number }): Promise<ReadMark>
  /** Lowers the position on purpose, to `seq` as the last one read. */
  unread(at: { roomId: string; userId: string; seq: number }): Promise<ReadMark>
  /** What is not named stays as it is; `moved` is false when all was so already. Raises no rev. */
  prefer(
    at: { roomId: string; userId: string },
    change: { [Name in keyof Preferences]?: boolean | undefined },
  ): Promise<Preferences & { moved: boolean }>
  /** All rooms of a user, those that moved last first: the first `limits.liveRooms` are worth hearing live. */
  standings(userId: string): Promise<Standing[]>
  /** The same of many; who is in no room is missing. */
  standingsOf(userIds: readonly string[]): Promise<Map<string, Standing[]>>
  /** Every user asked for is in the answer. [M2] */
  memberships(userIds: readonly string[]): Promise<Map<string, Set<string>>>
  /** Ids of all members of each room asked for; a room that does not exist is missing. */
  membersOf(roomIds: readonly string[]): Promise<Map<string, string[]>>
}

/** What the SQL functions of rooms say. */
type Answer<Value> = { refusal: RefusalCode } | Value
type ChangeAnswer = Omit<RoomChange, 'members'> & MembersChange

export function openRoomBook({ postgres }: { postgres: Pick<Postgres, 'ask' | 'answer'> }): RoomBook {
  /** One call of one function. */
  async function call<Value extends object>(query: Prisma.Sql): Promise<Value> {
    const answer = must(await postgres.answer<Answer<Value>>(query), 'a function always answers')
    if ('refusal' in answer) throw new Refusal(answer.refusal)
    return answer
  }

  async function change(query: Prisma.Sql): Promise<RoomChange> {
    const { joined, left, ...told } = await call<ChangeAnswer>(query)
    return joined.length + left.length === 0 ? told : { ...told, members: { joined, left } }
  }

  const list = async <Value>(query: Prisma.Sql) => (await postgres.answer<Value[]>(query)) ?? []

  const standingsOf = async (userIds: readonly string[]) =>
    new Map(await list<[userId: string, standings: Standing[]]>(standingsQuery(userIds)))

  return {
    create(room, { userId }) {
      const { title, topic = '' } = room.kind === 'direct' ? { title: '' } : room
      return change(
        sql`SELECT room_create(${randomUUIDv7()}::uuid, ${room.kind}::room_kind, ${title}, ${topic}, ${userId}::uuid,
          ${room.memberIds ?? []}::uuid[]) AS answer`,
      )
    },
    async get({ roomId, userId }) {
      const look = await postgres.answer<RoomLook>(lookQuery({ roomId, userId }))
      if (look === null) throw new Refusal('not-found') // [X5]
      return look
    },
    members: (roomId) => list<Member>(membersQuery(roomId)),
    listMine: (userId) => list<Room>(mineQuery(userId)),
    listPublic: (q) => list<Room>(publicQuery(q)),
    change: ({ roomId, title = null, topic = null, archived = null }, { userId, admin }) =>
      change(
        sql`SELECT room_change(${roomId}::uuid, ${title}, ${topic}, ${archived}::boolean, ${userId}::uuid, ${admin}) AS answer`,
      ),
    putMember: ({ roomId, userId, role = null }, caller) =>
      change(
        sql`SELECT room_put_member(${roomId}::uuid, ${userId}::uuid, ${role}::member_role, ${caller.userId}::uuid,
          ${caller.admin}) AS answer`,
      ),
    removeMember: ({ roomId, userId }, caller) =>
      change(
        sql`SELECT room_remove_member(${roomId}::uuid, ${userId}::uuid, ${caller.userId}::uuid, ${caller.admin}) AS answer`,
      ),
    read: ({ roomId, userId, seq }) =>
      call(sql`SELECT room_mark(${roomId}::uuid, ${userId}::uuid, ${seq}::int, false) AS answer`),
    unread: ({ roomId, userId, seq }) =>
      call(sql`SELECT room_mark(${roomId}::uuid, ${userId}::uuid, ${seq}::int, true) AS answer`),
    prefer: ({ roomId, userId }, { favourite = null, muted = null }) =>
      call(
        sql`SELECT room_prefer(${roomId}::uuid, ${userId}::uuid, ${favourite}::boolean, ${muted}::boolean) AS answer`,
      ),
    standings: async (userId) => (await standingsOf([userId])).get(userId) ?? [],
    standingsOf,
    async memberships(userIds) {
      const rows = await list<[userId: string, roomIds: string[]]>(membershipsQuery(userIds))
      return new Map(
        [...userIds.map((id) => [id, []] as [string, string[]]), ...rows].map(([id, rooms]) => [id, new Set(rooms)]),
      )
    },
    async membersOf(roomIds) {
      return new Map(await list<[roomId: string, userIds: string[]]>(membersOfQuery(roomIds)))
    },
  }
}
