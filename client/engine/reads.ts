/** How far we have read, known here at once and told to the server now and then. */
import type { Events } from '#protocol/wire.ts'
import { type Call, isFinal } from './answer.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Rooms } from './rooms.ts'

type Needs = { call: Call; clock: Clock; rooms: Pick<Rooms, 'get' | 'setLastRead'> }

/** The first read after a while goes out soon, for the other devices' sake; those that follow are gathered. */
const soonMs = 200
const everyMs = 2_000
/** A hello may have been written as long before it comes: the link waits no longer for one. */
const oldHelloMs = 15_000

export type Reads = ReturnType<typeof openReads>

export function openReads({ call, clock, rooms }: Needs) {
  /** The seq to tell, by room. */
  const untold = new Map<string, number>()
  /** Marked unread, and the server does not know yet: the last seq that is read, by room. */
  const lowered = new Map<string, number>()
  /** Read and answered: the seq and when, by room. */
  const answered = new Map<string, { seq: number; at: number }>()
  /** Rooms that were marked unread while they were on screen: what is in view there does not count as read. */
  const kept = new Set<string>()
  let toldAt = Number.NEGATIVE_INFINITY
  let cancelTell: Cancel | null = null

  function later(): void {
    if (untold.size > 0) cancelTell ??= clock.after(Math.max(soonMs, toldAt + everyMs - clock.ticks()), tell)
  }

  function tell(): void {
    cancelTell = null
    toldAt = clock.ticks()
    for (const [roomId, seq] of untold) {
      untold.delete(roomId)
      void tellOne(roomId, seq)
    }
  }

  function raise(roomId: string, seq: number): void {
    const room = rooms.get(roomId)
    if (room !== undefined && seq > room.lastRead && !kept.has(roomId)) rooms.setLastRead(roomId, seq)
  }

  async function tellOne(roomId: string, seq: number): Promise<void> {
    const answer = await call('room:read', { roomId, seq })
    if (answer.ok) {
      answered.set(roomId, { seq, at: clock.ticks() })
      raise(roomId, seq) // a hello written before it may have come already
    }
    if (answer.ok || isFinal(answer)) return
    if (!untold.has(roomId)) untold.set(roomId, seq) // goes with the next hello
    if (answer.retryInMs !== undefined) later() // or sooner, if the server is there and only asks for time
  }

  async function lower(roomId: string, seq: number): Promise<void> {
    rooms.setLastRead(roomId, seq)
    const answer = await call('room:unread', { roomId, seq })
    if ((answer.ok || isFinal(answer)) && lowered.get(roomId) === seq) lowered.delete(roomId)
  }

  return {
    seen(roomId: string, seq: number): void {
      const room = rooms.get(roomId)
      if (room === undefined || kept.has(roomId) || seq <= room.lastRead) return
      rooms.setLastRead(roomId, seq)
      lowered.delete(roomId)
      untold.set(roomId, seq)
      later()
    },
    markUnread(roomId: string, seq: number): void {
      kept.add(roomId)
      untold.delete(roomId)
      answered.delete(roomId)
      lowered.set(roomId, seq - 1)
      void lower(roomId, seq - 1)
    },
    /** It is opened anew: what is seen counts again. */
    enter(roomId: string): void {
      kept.delete(roomId)
    },
    /** Another device of ours, or the echo of this one, which must not take back what was read since. */
    takeRead({ roomId, seq, lowered }: Events['room:read']): void {
      if (lowered === true) answered.delete(roomId)
      const known = lowered === true ? untold.get(roomId) : rooms.get(roomId)?.lastRead
      rooms.setLastRead(roomId, Math.max(seq, known ?? 0))
    },
    /** The server told how far we were, before it heard of these. */
    takeHello(): void {
      for (const [roomId, { seq, at }] of answered) if (clock.ticks() - at < oldHelloMs) raise(roomId, seq)
      answered.clear()
      for (const [roomId, seq] of untold) {
        if (seq > (rooms.get(roomId)?.lastRead ?? seq)) rooms.setLastRead(roomId, seq)
        else untold.delete(roomId)
      }
      for (const [roomId, seq] of lowered) void lower(roomId, seq)
      later()
    },
    close(): void {
      cancelTell?.()
    },
  }
}
