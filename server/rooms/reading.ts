/** How far somebody has read: kept as the furthest of all their devices, told to those who show it. */
import { limits } from '#protocol/limits.ts'
import type { Events } from '#protocol/wire.ts'
import type { ReadMark, RoomBook } from '../store/room-book.ts'

type Needs = {
  book: Pick<RoomBook, 'read' | 'unread'>
  fanout: {
    toRoom(roomId: string, event: 'room:read', payload: Events['room:read']): void
    toUser(userId: string, event: 'room:read', payload: Events['room:read']): void
  }
}

type Place = { roomId: string; userId: string; seq: number }

/** The same refusals as the book's verbs of these names. */
export type Reading = {
  read(at: Place): Promise<void>
  unread(at: Place): Promise<void>
}

export function openReading({ book, fanout }: Needs): Reading {
  /** Small rooms show each other's marks; in large ones it is nobody else's business. */
  function tell({ roomId, userId }: Place, { lastRead, moved, memberCount }: ReadMark): void {
    const mark = { roomId, userId, seq: lastRead }
    if (!moved) return
    if (memberCount <= limits.readShown) fanout.toRoom(roomId, 'room:read', mark)
    else fanout.toUser(userId, 'room:read', mark)
  }

  return {
    read: async (at) => tell(at, await book.read(at)),
    unread: async (at) => tell(at, await book.unread(at)),
  }
}
