/** What was committed is told to every socket of its room, on all nodes: one commit, one frame. [A4] */
import { limits } from '#protocol/limits.ts'
import type { Changes, Events } from '#protocol/wire.ts'
import { type Clock, within } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { Commit, MessageLog } from '../store/message-log.ts'
import type { RoomChange } from '../store/room-book.ts'
import type { Heat } from './heat.ts'
import type { CachedPages } from './pages.ts'

type Told = 'room:changes' | 'room:head'

type Needs = {
  fanout: { toRoom<Name extends Told>(roomId: string, event: Name, payload: Events[Name]): void }
  log: Pick<MessageLog, 'revs'>
  pages?: Pick<CachedPages, 'extend' | 'dropTails'>
  heat?: Pick<Heat, 'add'>
  clock: Clock
  metrics: Pick<Metrics, 'announceFaults'>
  logger: Log
  /** How long the cached tail may hold up an ack. [A2] */
  boundMs: number
}

/** No verb throws or rejects: what could not be told, repair finds. [A1] [A2] */
export type Announce = {
  /** Tells the sockets in this tick; resolves when the cached tail is up to date, or given up. [C4] */
  commit(commit: Commit): Promise<void>
  /** A change of the room itself, or of its members. */
  room(change: RoomChange): void
  /** After a commit of unknown outcome: reads where the rooms stand, and tells. [L4] */
  lost(roomIds: readonly string[]): Promise<void>
}

/** A frame within its bound, or a beacon in its place. [A4] */
export function isFrame(changes: Changes): boolean {
  return Buffer.byteLength(JSON.stringify(changes)) <= limits.frameBytes
}

export function openAnnounce({ fanout, log, pages, heat, clock, metrics, logger, boundMs }: Needs): Announce {
  function complain(event: string, fault: unknown): void {
    metrics.announceFaults.inc()
    logger.warn({ event, err: fault })
  }

  function tell(changes: Changes): void {
    const { roomId, rev, head } = changes
    try {
      if (isFrame(changes)) fanout.toRoom(roomId, 'room:changes', changes)
      else fanout.toRoom(roomId, 'room:head', { roomId, rev, head })
    } catch (fault) {
      complain('announce-failed', fault)
    }
  }

  async function bounded(what: string, work: Promise<void> | undefined): Promise<void> {
    if (work === undefined) return
    await within(clock, boundMs, what, work).catch((fault: unknown) => complain('cached-tail-failed', fault))
  }

  return {
    commit(commit) {
      tell(commit)
      heat?.add(commit.roomId, commit.messages.length)
      return bounded('extend the cached tail', pages?.extend(commit))
    },

    room({ room, base, rev, head, members }) {
      if (base === rev) return
      tell({ roomId: room.id, base, rev, head, messages: [], room, ...(members === undefined ? {} : { members }) })
    },

    async lost(roomIds) {
      await bounded('drop cached tails', pages?.dropTails(roomIds))
      try {
        const revs = await log.revs(roomIds)
        for (const [roomId, { rev, head }] of revs) fanout.toRoom(roomId, 'room:head', { roomId, rev, head })
      } catch (fault) {
        complain('read-back-failed', fault)
      }
    },
  }
}
