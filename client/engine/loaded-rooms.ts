/** The rooms that are in memory: those on screen, and the last few that were, so that going back is instant. */
import type { Pages } from './pages.ts'
import type { OpenPresence } from './presence.ts'
import type { Room } from './room.ts'

export type LoadedRoom = { room: Room; pages: Pages; presence: OpenPresence }

const roomsInMemory = 12

export type LoadedRooms = ReturnType<typeof openLoadedRooms>

export function openLoadedRooms({ load }: { load: (roomId: string) => LoadedRoom }) {
  const loaded = new Map<string, LoadedRoom>()

  function drop(roomId: string): void {
    const known = loaded.get(roomId)
    loaded.delete(roomId)
    known?.room.close()
    known?.presence.close()
  }

  return {
    get: (roomId: string) => loaded.get(roomId),
    all: () => [...loaded.values()],
    /** Loads it unless it is; those looked at longest ago make room. */
    enter(roomId: string): LoadedRoom {
      const entered = loaded.get(roomId) ?? load(roomId)
      loaded.delete(roomId)
      for (const [id, { room }] of loaded) if (loaded.size >= roomsInMemory && !room.isWatched()) drop(id)
      loaded.set(roomId, entered)
      return entered
    },
    close(): void {
      for (const roomId of [...loaded.keys()]) drop(roomId)
    },
  }
}
