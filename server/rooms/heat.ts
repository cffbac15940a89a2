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
/** Rooms looked at; once there are more, the colder half is forgotten: many rooms that take turns are not sorted for each word. */
const mostRooms = 512
const told = 5
/** A message a minute makes no room hot. */
const leastPerSecond = 0.05

export function openHeat({ clock }: { clock: Clock }): Heat {
  const rooms = new Map<string, { heat: number; atMs: number }>()
  const heatAt = ({ heat, atMs }: { heat: number; atMs: number }, nowMs: number) =>
    heat * Math.exp((atMs - nowMs) / memoryMs)

  function forgetColdest(nowMs: number): void {
    const byHeat = [...rooms].sort(([, one], [, other]) => heatAt(other, nowMs) - heatAt(one, nowMs))
    for (const [roomId] of byHeat.slice(mostRooms / 2)) rooms.delete(roomId)
  }

  return {
    add(roomId, messages) {
      const nowMs = clock.ticks()
      const known = rooms.get(roomId)
      rooms.set(roomId, { heat: (known === undefined ? 0 : heatAt(known, nowMs)) + messages, atMs: nowMs })
      if (rooms.size > mostRooms) forgetColdest(nowMs)
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
