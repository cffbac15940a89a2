/** Rooms and who is in them: every change is one call that raises the room's rev under its lock. [M1] */
import type { Member, MembersChange, Role, Room, Standing } from '#protocol/wire.ts'
import type { Postgres } from './postgres.ts'

/** Who asks. `admin` says whether they are one of `ADMINS`. */
export type Caller = { userId: string; admin: boolean }

/** `memberIds` may name the caller; they are a member in any case. */
export type NewRoom =
  | { kind: 'public' | 'private'; title: string; topic?: string; memberIds?: readonly string[] }
  | { kind: 'direct'; memberIds: readonly string[] }

/** What a change did, ready to announce as the span (base, rev]. `base === rev`: it was so already, nothing to announce. */
export type RoomChange = { room: Room; base: number; rev: number; head: number; members?: MembersChange }

/** A room as its reader finds it; `member` is `null` for a guest in a public room. */
export type RoomLook = { room: Room; head: number; rev: number; member: Member | null }

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
  /** All rooms of a user, those that moved last first: the first `limits.liveRooms` are worth hearing live. */
  standings(userId: string): Promise<Standing[]>
  /** Every user asked for is in the answer. [M2] */
  memberships(userIds: readonly string[]): Promise<Map<string, Set<string>>>
  /** Ids of the members of each room asked for, whole. */
  membersOf(roomIds: readonly string[]): Promise<Map<string, string[]>>
}

export declare function openRoomBook(needs: { postgres: Postgres }): RoomBook
