/** What commits say to a room, gathered on the way to this node's sockets: a write to a socket costs the same however much it carries. */
import type { Changes } from '#protocol/wire.ts'
import type { Cancel, Clock } from '../kit/clock.ts'

/** What one commit changed, and the characters that takes. */
export type Spoken = { changes: Changes; size: number }

type Needs = {
  say: (changes: Changes) => void
  clock: Clock
  options: {
    /**
     * From the end of one frame to the next of a room, at least: a calm one waits for nothing, a hot one gets at most
     * 1000 / paceMs of them a second, and fewer the longer it takes to write them to all who hear it.
     */
    paceMs: number
    /** Characters of one frame. [A4] */
    frameBytes: number
  }
}

/** A room rests this much longer than its last frame took: whoever else is on this node has two thirds of its time, however hot the room. */
const restPerWrite = 2

type Room = { waiting: Spoken[]; size: number; cancel: Cancel | null }

/** Rooms and members take the latest word each; only messages merge whatever their order. [R3] */
const isPlain = ({ room, members }: Changes) => room === undefined && members === undefined

/** Joins spans that follow each other, whoever committed them: (1, 2] and (2, 5] are (1, 5]. [R1] */
export function joinSpans(spoken: readonly Spoken[], frameBytes: number): Changes[] {
  const joined: Spoken[] = []
  for (const next of spoken.toSorted((one, other) => one.changes.base - other.changes.base)) {
    const last = joined.at(-1)
    const fits =
      last?.changes.rev === next.changes.base &&
      isPlain(last.changes) &&
      isPlain(next.changes) &&
      last.size + next.size <= frameBytes
    if (last === undefined || !fits) joined.push(next)
    else {
      const { roomId, base, head, messages } = last.changes
      const both = { head: Math.max(head, next.changes.head), messages: [...messages, ...next.changes.messages] }
      joined[joined.length - 1] = {
        changes: { roomId, base, rev: next.changes.rev, ...both },
        size: last.size + next.size,
      }
    }
  }
  return joined.map(({ changes }) => changes)
}

export function openGather({ say, clock, options }: Needs) {
  const rooms = new Map<string, Room>()

  /** `dueAt`: since when there was something to say, and time to. */
  function speak(roomId: string, room: Room, dueAt: number): void {
    const { waiting } = room
    room.waiting = []
    room.size = 0
    for (const changes of joinSpans(waiting, options.frameBytes)) say(changes)
    rest(roomId, room, clock.ticks() - dueAt)
  }

  /** Looks again when the room has rested: whatever came meanwhile goes out, and a calm room is forgotten. */
  function rest(roomId: string, room: Room, tookMs: number): void {
    room.cancel?.()
    const restMs = Math.max(options.paceMs, tookMs * restPerWrite)
    const dueAt = clock.ticks() + restMs
    room.cancel = clock.after(restMs, () => {
      room.cancel = null
      if (room.waiting.length > 0) speak(roomId, room, dueAt)
      else rooms.delete(roomId)
    })
  }

  return {
    /** Says it now, or with all that comes until the room has rested or a frame is full. */
    take(spoken: Spoken): void {
      const { roomId } = spoken.changes
      const known = rooms.get(roomId)
      const room = known ?? { waiting: [], size: 0, cancel: null }
      room.waiting.push(spoken)
      room.size += spoken.size
      if (known !== undefined && isPlain(spoken.changes) && room.size < options.frameBytes) return
      rooms.set(roomId, room)
      speak(roomId, room, clock.ticks())
    },
    /** Says nothing more. */
    close(): void {
      for (const { cancel } of rooms.values()) cancel?.()
      rooms.clear()
    },
  }
}
