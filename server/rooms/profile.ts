/** What a person is called, told to those they share rooms with. */
import type { Events, User } from '#protocol/wire.ts'
import type { RoomBook } from '../store/room-book.ts'

type Told = 'user:changed'

type Needs = {
  book: Pick<RoomBook, 'memberships'>
  fanout: {
    toRooms(roomIds: readonly string[], event: Told, payload: Events[Told]): void
    toUser(userId: string, event: Told, payload: Events[Told]): void
  }
  /** Drops what caches know of the user. [C6] */
  forget?: (userId: string) => Promise<void>
}

/** Resolves when no cache has the old name any more and every node was told. */
export function openProfile({ book, fanout, forget }: Needs): (user: User) => Promise<void> {
  return async function tell(user) {
    await forget?.(user.id)
    const memberships = await book.memberships([user.id])
    fanout.toUser(user.id, 'user:changed', { user })
    fanout.toRooms([...(memberships.get(user.id) ?? [])], 'user:changed', { user })
  }
}
