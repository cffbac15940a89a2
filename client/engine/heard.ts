/** Where each word of the server goes. */
import type { User } from '#protocol/wire.ts'
import type { Blocks } from './blocks.ts'
import type { Heard } from './link.ts'
import type { LoadedRooms } from './loaded-rooms.ts'
import type { Outbox } from './outbox.ts'
import type { Reads } from './reads.ts'
import type { Rooms } from './rooms.ts'
import type { Shelf } from './shelf.ts'
import type { Users } from './users.ts'

type Needs = {
  userId: string
  shelf: Pick<Shelf, 'dropRoom'>
  rooms: Rooms
  loaded: LoadedRooms
  reads: Reads
  users: Users
  blocks: Blocks
  outbox: Outbox
  /** Who the server takes us for: perhaps under a new name, perhaps, by another tab's doing, somebody else. */
  onUser: (user: User) => void
  /** The list of rooms is up to date. */
  onRooms: () => void
}

export function openHeard(needs: Needs): Heard {
  const { userId, shelf, rooms, loaded, reads, users, blocks, outbox, onUser, onRooms } = needs

  function forget(roomId: string): void {
    loaded.get(roomId)?.room.shutBy('not-found')
    shelf.dropRoom(roomId).catch(() => {}) // it is dropped again when the next hello does not name it
  }

  return {
    hello(hello) {
      onUser(hello.user)
      if (hello.user.id !== userId) return // all of ours is closed by now: nothing is said in another's name [S9]
      users.put([hello.user])
      blocks.replace(hello.blocked ?? []) // a node of before this does not tell
      for (const roomId of rooms.takeHello(hello.rooms)) forget(roomId)
      reads.takeHello()
      for (const { room } of loaded.all()) {
        const { rev, head } = rooms.get(room.roomId) ?? { rev: 0, head: 0 }
        room.takeHello(rev, head)
      }
      outbox.flushAll()
      onRooms()
    },
    'room:changes': (span) => {
      rooms.takeChanges(span)
      loaded.get(span.roomId)?.room.takeChanges(span)
    },
    'room:head': ({ roomId, rev, head }) => {
      rooms.hear(roomId, rev, head)
      loaded.get(roomId)?.room.hear(rev, head)
    },
    'room:added': (standing) => {
      rooms.add(standing)
      loaded.get(standing.room.id)?.room.takeHello(standing.rev, standing.head)
      onRooms()
    },
    'room:removed': ({ roomId }) => {
      rooms.remove(roomId)
      forget(roomId)
    },
    'room:presence': (presence) => loaded.get(presence.roomId)?.presence.takePresence(presence),
    'room:read': (mark) => {
      if (mark.userId === userId) reads.takeRead(mark)
      loaded.get(mark.roomId)?.room.hasRead(mark.userId, mark.seq)
    },
    'room:preferences': ({ roomId, favourite, muted }) => rooms.setPreferences(roomId, { favourite, muted }),
    'user:changed': ({ user }) => {
      users.put([user])
      if (user.id === userId) onUser(user)
    },
    'user:blocked': blocks.take,
    'member:typing': ({ roomId, userId: who }) => {
      if (!blocks.has(who)) loaded.get(roomId)?.presence.takeTyping(who)
    },
    'node:draining': () => {}, // the link sees to it
    'node:crowded': () => {}, // so it does to this
    'session:ended': () => {}, // and to this, too
  }
}
