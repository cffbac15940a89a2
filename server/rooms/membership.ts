/** Rooms made and changed, people who come and go: written in the book, told to the room, and felt by their sockets. */
import type { Events } from '#protocol/wire.ts'
import type { Caller, RoomBook, RoomChange } from '../store/room-book.ts'
import type { Announce } from './announce.ts'

type Told = 'room:added' | 'room:removed'

type Needs = {
  book: Pick<RoomBook, 'create' | 'change' | 'putMember' | 'removeMember'>
  announce: Pick<Announce, 'room'>
  fanout: {
    userJoin(userId: string, roomId: string): void
    userLeave(userId: string, roomId: string): void
    toUser<Name extends Told>(userId: string, event: Name, payload: Events[Name]): void
  }
}

/** Each verb is its namesake of the book, refusals and all; when it resolves, every node was told, as far as it hears. [M2] */
export type Membership = Needs['book']

export function openMembership({ book, announce, fanout }: Needs): Membership {
  /** Who left hears nothing more, not even of leaving; who came knows the room before it hears of it. */
  function told(change: RoomChange): RoomChange {
    const { room, rev, head, members } = change
    for (const userId of members?.left ?? []) {
      fanout.userLeave(userId, room.id)
      fanout.toUser(userId, 'room:removed', { roomId: room.id })
    }
    for (const { userId, lastRead } of members?.joined ?? []) {
      fanout.userJoin(userId, room.id)
      fanout.toUser(userId, 'room:added', { room, head, rev, lastRead, mentions: 0 })
    }
    announce.room(change)
    return change
  }

  return {
    create: async (wanted, caller: Caller) => told(await book.create(wanted, caller)),
    change: async (change, caller: Caller) => told(await book.change(change, caller)),
    putMember: async (member, caller: Caller) => told(await book.putMember(member, caller)),
    removeMember: async (member, caller: Caller) => told(await book.removeMember(member, caller)),
  }
}
