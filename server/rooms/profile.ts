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
}

/** Resolves when every node was told, as far as it hears. */
export function openProfile({ book, fanout }: Needs): (user: User) => Promise<void> {
  return async function tell(user) {
    const memberships = await book.memberships([user.id])
    fanout.toUser(user.id, 'user:changed', { user })
    fanout.toRooms([...(memberships.get(user.id) ?? [])], 'user:changed', { user })
  }
}
