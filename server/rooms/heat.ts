/** Which rooms are talked in most at the moment, as far as this node commits: a few, however many rooms there are. */
import type { HotRoom } from '#protocol/panel.ts'
import type { Clock } from '../kit/clock.ts'

export type Heat = {
  add(roomId: string, messages: number): void
  /** The hottest rooms, hottest first. */
  top(): HotRoom[]
}

/** What was said this long ago counts a third. */
const memoryMs = 10_000
/** Rooms looked at; for one more the coldest is forgotten. */
const mostRooms = 256
const told = 5
/** A message a minute makes no room hot. */
const leastPerSecond = 0.05

export function openHeat({ clock }: { clock: Clock }): Heat {
  const rooms = new Map<string, { heat: number; atMs: number }>()
  const heatAt = ({ heat, atMs }: { heat: number; atMs: number }, nowMs: number) =>
    heat * Math.exp((atMs - nowMs) / memoryMs)

  function forgetColdest(nowMs: number): void {
    const [coldest] = [...rooms].reduce((least, row) => (heatAt(row[1], nowMs) < heatAt(least[1], nowMs) ? row : least))
    rooms.delete(coldest)
  }

  return {
    add(roomId, messages) {
      const nowMs = clock.ticks()
      const known = rooms.get(roomId)
      if (known === undefined && rooms.size >= mostRooms) forgetColdest(nowMs)
      rooms.set(roomId, { heat: (known === undefined ? 0 : heatAt(known, nowMs)) + messages, atMs: nowMs })
    },
    top() {
      const nowMs = clock.ticks()
      return [...rooms]
        .map(([roomId, room]) => ({ roomId, perSecond: (heatAt(room, nowMs) * 1_000) / memoryMs }))
        .filter(({ perSecond }) => perSecond >= leastPerSecond)
        .sort((a, b) => b.perSecond - a.perSecond)
        .slice(0, told)
        .map(({ roomId, perSecond }) => ({ roomId, perSecond: Math.round(perSecond * 100) / 100 }))
    },
  }
}
