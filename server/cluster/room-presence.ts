/** What a room's watchers were told of who is there, and what they must be told next: the state once, then differences. [P1] */
import { limits } from '#protocol/limits.ts'
import type { Presence } from '#protocol/wire.ts'

type Needs = { roomId: string; memberIds: Iterable<string>; isOnline: (userId: string) => boolean }

export type RoomPresence = {
  members: ReadonlySet<string>
  /** Something about this user changed: online or not, member or not. */
  touch(userId: string): void
  addMember(userId: string): void
  removeMember(userId: string): void
  /** What was said so far, whole; differences go on from here. */
  state(): Presence
  /** What is to be said now, or null. */
  step(): Presence | null
}

export function openRoomPresence({ roomId, memberIds, isOnline }: Needs): RoomPresence {
  const members = new Set(memberIds)
  const shown = new Set([...members].filter(isOnline))
  const touched = new Set<string>()
  const isCounted = () => members.size > limits.presenceNamed
  let counted = isCounted()

  const state = (): Presence => (counted ? { roomId, count: shown.size } : { roomId, online: [...shown] })

  /** Brings `shown` up to the present and answers the difference. */
  function settle() {
    const joined: string[] = []
    const left: string[] = []
    for (const userId of touched) {
      const isThere = members.has(userId) && isOnline(userId)
      if (isThere === shown.has(userId)) continue
      if (isThere) joined.push(userId)
      else left.push(userId)
    }
    touched.clear()
    for (const userId of joined) shown.add(userId)
    for (const userId of left) shown.delete(userId)
    return { joined, left }
  }

  return {
    members,
    touch: (userId) => void touched.add(userId),
    addMember(userId) {
      members.add(userId)
      touched.add(userId)
    },
    removeMember(userId) {
      members.delete(userId)
      touched.add(userId)
    },
    state,
    step() {
      const { joined, left } = settle()
      const wasCounted = counted
      counted = isCounted()
      if (counted !== wasCounted) return state()
      if (counted) return joined.length === left.length ? null : state()
      return joined.length + left.length === 0 ? null : { roomId, joined, left }
    },
  }
}
