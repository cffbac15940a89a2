/** The rooms that sockets of this node look at: their members, their watchers, and what those are told. */
import type { Fanout } from '../fanout/fanout.ts'
import { openRoomPresence, type RoomPresence } from './room-presence.ts'

type Needs = {
  fanout: Pick<Fanout, 'onNodes' | 'toSocketsHere' | 'onLeave' | 'onCaughtUp' | 'hears'>
  membersOf: (roomIds: readonly string[]) => Promise<Map<string, string[]>>
  isOnline: (userId: string) => boolean
}

type Watched = { presence: RoomPresence; watchers: Set<string> }

/** Rooms in one question for members. */
const roomsAtOnce = 100

export function openWatchedRooms({ fanout, membersOf, isOnline }: Needs) {
  const rooms = new Map<string, Watched>()
  const loading = new Map<string, Promise<Watched>>()
  const roomsOfUser = new Map<string, Set<string>>()
  const touched = new Set<string>()

  function index(userId: string, roomId: string): void {
    roomsOfUser.set(userId, (roomsOfUser.get(userId) ?? new Set()).add(roomId))
  }

  function unindex(userId: string, roomId: string): void {
    const roomIds = roomsOfUser.get(userId)
    roomIds?.delete(roomId)
    if (roomIds?.size === 0) roomsOfUser.delete(userId)
  }

  async function load(roomId: string): Promise<Watched> {
    const memberIds = (await membersOf([roomId])).get(roomId) ?? []
    const room = { presence: openRoomPresence({ roomId, memberIds, isOnline }), watchers: new Set<string>() }
    for (const userId of memberIds) index(userId, roomId)
    rooms.set(roomId, room)
    return room
  }

  /** Many who come at once share one reading. */
  function find(roomId: string): Promise<Watched> {
    const known = rooms.get(roomId)
    if (known !== undefined) return Promise.resolve(known)
    const coming = loading.get(roomId) ?? load(roomId).finally(() => loading.delete(roomId))
    loading.set(roomId, coming)
    return coming
  }

  function forgetIfUnwatched(roomId: string): void {
    const room = rooms.get(roomId)
    if (room === undefined || room.watchers.size > 0) return
    rooms.delete(roomId)
    touched.delete(roomId)
    for (const userId of room.presence.members) unindex(userId, roomId)
  }

  function setMember({ roomId, userId }: { roomId: string; userId: string }, isMember: boolean): void {
    const room = rooms.get(roomId)
    // a reading under way may have been too early for this word
    if (room === undefined)
      loading
        .get(roomId)
        ?.then(() => setMember({ roomId, userId }, isMember))
        .catch(() => {})
    if (room === undefined || room.presence.members.has(userId) === isMember) return
    if (isMember) {
      index(userId, roomId)
      room.presence.addMember(userId)
    } else {
      unindex(userId, roomId)
      room.presence.removeMember(userId)
    }
    touched.add(roomId)
  }

  fanout.onNodes('room:joined', (member) => setMember(member, true))
  fanout.onNodes('room:left', (member) => setMember(member, false))
  fanout.onLeave(({ socketId, roomId }) => {
    if (rooms.get(roomId)?.watchers.delete(socketId)) forgetIfUnwatched(roomId)
  })
  // what a slow socket was spared, it is told anew [A3]
  fanout.onCaughtUp((socketId) => {
    for (const { presence, watchers } of rooms.values()) {
      if (watchers.has(socketId)) fanout.toSocketsHere([socketId], 'room:presence', presence.state())
    }
  })

  return {
    touch(userId: string): void {
      for (const roomId of roomsOfUser.get(userId) ?? []) {
        rooms.get(roomId)?.presence.touch(userId)
        touched.add(roomId)
      }
    },

    async watch({ socketId, roomId }: { socketId: string; roomId: string }): Promise<void> {
      let room = await find(roomId)
      while (rooms.get(roomId) !== room) room = await find(roomId) // forgotten by another who did not stay
      if (fanout.hears(socketId, roomId)) {
        room.watchers.add(socketId) // in the tick of its state: every difference from here on is for it, too
        fanout.toSocketsHere([socketId], 'room:presence', room.presence.state())
      }
      forgetIfUnwatched(roomId)
    },

    /** Tells what changed since it was last called. */
    speak(): void {
      for (const roomId of touched) {
        const room = rooms.get(roomId)
        const frame = room?.presence.step() ?? null
        if (room !== undefined && frame !== null) fanout.toSocketsHere(room.watchers, 'room:presence', frame)
      }
      touched.clear()
    },

    /** Heals what words about members got lost. */
    async reread(): Promise<void> {
      const roomIds = [...rooms.keys()]
      for (let at = 0; at < roomIds.length; at += roomsAtOnce) {
        for (const [roomId, memberIds] of await membersOf(roomIds.slice(at, at + roomsAtOnce))) {
          const now = new Set(memberIds)
          const gone = [...(rooms.get(roomId)?.presence.members ?? [])].filter((userId) => !now.has(userId))
          for (const userId of gone) setMember({ roomId, userId }, false)
          for (const userId of now) setMember({ roomId, userId }, true)
        }
      }
    },
  }
}
