/** Rooms made and changed, people who come and go: written in the book, told to the room, and felt by their sockets. */
import type { Standing } from '#protocol/wire.ts'
import type { RoomBook, RoomChange } from '../store/room-book.ts'
import type { Announce } from './announce.ts'

type Needs = {
  book: Pick<RoomBook, 'create' | 'change' | 'putMember' | 'removeMember' | 'standings'>
  announce: Pick<Announce, 'room'>
  fanout: {
    /** Lets all sockets of a user hear a room and tells them where they stand in it; `userLeave` undoes it. */
    userJoin(userId: string, standing: Standing): void
    userLeave(userId: string, roomId: string): void
  }
}

/** Each verb is its namesake of the book, refusals and all; when it resolves, every node was told, as far as it hears. [M2] */
export type Membership = Pick<RoomBook, 'create' | 'change' | 'putMember' | 'removeMember'>

export function openMembership({ book, announce, fanout }: Needs): Membership {
  /** Who comes knows the room before they hear of it. */
  function welcome({ room, rev, head, members }: RoomChange): void {
    for (const { userId, lastRead } of members?.joined ?? []) {
      fanout.userJoin(userId, { room, head, rev, lastRead, mentions: 0, favourite: false, muted: false })
    }
  }

  return {
    async create(wanted, caller) {
      const change = await book.create(wanted, caller)
      welcome(change)
      announce.room(change)
      return change
    },

    async change(wanted, caller) {
      const change = await book.change(wanted, caller)
      announce.room(change)
      return change
    },

    async putMember(wanted, caller) {
      const change = await book.putMember(wanted, caller)
      if (wanted.role === undefined) welcome(change)
      announce.room(change)
      if (wanted.role !== undefined && change.base < change.rev) {
        // a role may be given to somebody new, or to a member with a standing of their own
        const standings = await book.standings(wanted.userId)
        for (const standing of standings)
          if (standing.room.id === wanted.roomId) fanout.userJoin(wanted.userId, standing)
      }
      return change
    },

    /** Who leaves hears nothing more, not even of leaving. */
    async removeMember(wanted, caller) {
      const change = await book.removeMember(wanted, caller)
      for (const userId of change.members?.left ?? []) fanout.userLeave(userId, wanted.roomId)
      announce.room(change)
      return change
    },
  }
}
