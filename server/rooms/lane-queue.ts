/** What waits to be committed, by room and in order, and which of it may go now; time is passed in. */
import type { Write } from '../store/message-log.ts'

/** `frameBytes` is what the write will take up, at most, in the frame that announces it. */
export type Waiting = { write: Write; frameBytes: number }

type Options = {
  /** A room rests this long between the beginnings of two commits. */
  paceMs: number
  maxBatch: number
  /** Bytes one commit may add to one room, so that its frame is not turned into a beacon for nothing. [A4] */
  roomBytes: number
}

const authorOf = (write: Write) => (write.kind === 'send' ? write.authorId : write.userId)

export function openLaneQueue<Item extends Waiting>({ paceMs, maxBatch, roomBytes }: Options) {
  /** Only rooms that wait, in turn: who was served goes to the end. */
  const rooms = new Map<string, Item[]>()
  /** When the last commit of a room began, the oldest first, for as long as it matters. */
  const began = new Map<string, number>()
  const apart = new Set<string>()
  let size = 0

  const waitingIn = (roomId: string) => rooms.get(roomId) ?? []
  const dueOf = (roomId: string) => (began.get(roomId) ?? Number.NEGATIVE_INFINITY) + paceMs

  function keep(roomId: string, items: Item[]): void {
    size += items.length - waitingIn(roomId).length
    rooms.delete(roomId)
    if (items.length > 0) rooms.set(roomId, items)
  }

  function begin(roomId: string, now: number): void {
    began.delete(roomId)
    began.set(roomId, now)
    for (const [oldest, at] of began) {
      if (at + paceMs > now) break
      began.delete(oldest)
    }
  }

  /** Takes up to `most` from the front of a room, as long as its frame stays in bounds, but one at least. */
  function serve(roomId: string, most: number, now: number): Item[] {
    const items = waitingIn(roomId)
    let bytes = 0
    let count = 0
    for (const { frameBytes } of items) {
      bytes += frameBytes
      if (count === most || (count > 0 && bytes > roomBytes)) break
      count += 1
    }
    keep(roomId, items.slice(count))
    begin(roomId, now)
    return items.slice(0, count)
  }

  return {
    size: () => size,

    /** Answers when the room may be served: never by the common lane while it is apart. */
    add(item: Item): number {
      const { roomId } = item.write
      const items = rooms.get(roomId)
      if (items === undefined) rooms.set(roomId, [item])
      else items.push(item)
      size += 1
      return apart.has(roomId) ? Number.POSITIVE_INFINITY : dueOf(roomId)
    },

    /** Puts back what was taken, in the order it was taken, ahead of what came since. [L9] */
    putBack: (roomId: string, items: Item[]) => keep(roomId, [...items, ...waitingIn(roomId)]),

    /** A batch for the common lane, of rooms that have rested: each has its share before a hot one fills the rest. [L1] */
    take(now: number): Item[] {
      const ready = [...rooms.keys()].filter((roomId) => !apart.has(roomId) && dueOf(roomId) <= now).slice(0, maxBatch)
      ready.sort((a, b) => waitingIn(a).length - waitingIn(b).length)
      const batch: Item[] = []
      for (const [index, roomId] of ready.entries()) {
        batch.push(...serve(roomId, Math.floor((maxBatch - batch.length) / (ready.length - index)), now))
      }
      return batch
    },

    /** A batch for a room's own lane. */
    takeApart: (roomId: string, now: number) => serve(roomId, maxBatch, now),
    setApart: (roomId: string) => apart.add(roomId),
    rejoin: (roomId: string) => apart.delete(roomId),

    /** When the common lane may serve a room next; infinity when none waits for it. */
    nextDue(): number {
      let next = Number.POSITIVE_INFINITY
      for (const roomId of rooms.keys()) if (!apart.has(roomId)) next = Math.min(next, dueOf(roomId))
      return next
    },

    takeAll(): Item[] {
      const all = [...rooms.values()].flat()
      rooms.clear()
      size = 0
      return all
    },

    /** Takes out what waits behind these: of the same author, in the same room. [L9] */
    takeBehind(failed: readonly Item[]): Item[] {
      const lineOf = ({ write }: Item) => `${write.roomId} ${authorOf(write)}`
      const lines = new Set(failed.map(lineOf))
      const out: Item[] = []
      for (const roomId of new Set(failed.map(({ write }) => write.roomId))) {
        const items = waitingIn(roomId)
        out.push(...items.filter((item) => lines.has(lineOf(item))))
        keep(
          roomId,
          items.filter((item) => !lines.has(lineOf(item))),
        )
      }
      return out
    },
  }
}
