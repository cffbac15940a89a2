/** Finds out who is in our direct rooms, for that is what they are called. */
import type { Api } from './face.ts'
import type { Rooms } from './rooms.ts'

type Needs = { api: Pick<Api, 'roomWithMembers'>; rooms: Rooms; onMembers: (ids: readonly string[]) => void }

/** One question at a time, each room once: the members of a direct room are fixed. */
export function openDirects({ api, rooms, onMembers }: Needs) {
  let isAsking = false
  let isClosed = false

  async function look(): Promise<void> {
    if (isAsking) return
    isAsking = true
    for (const { room, memberIds } of rooms.all()) {
      if (isClosed) break
      if (room.kind !== 'direct' || memberIds !== undefined) continue
      const answer = await api.roomWithMembers(room.id)
      if (!answer.ok) continue // the next hello tries again
      const ids = answer.value.members.map(({ userId }) => userId)
      rooms.setMembers(room.id, ids)
      onMembers(ids)
    }
    isAsking = false
  }

  return {
    look: () => void look(),
    close(): void {
      isClosed = true
    },
  }
}
