/** Who is online in a room: derived from who is online where and who is a member, for the rooms that are being looked at. [P1] */
import type { Roster } from '../cache/roster.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { openLoop } from '../kit/loop.ts'
import { openAttendance } from './attendance.ts'
import { openOnline } from './online.ts'
import { openWatchedRooms } from './watched-rooms.ts'

type Needs = {
  node: { name: string }
  fanout: Pick<Fanout, 'toNodes' | 'onNodes' | 'toSocketsHere' | 'onLeave' | 'onCaughtUp' | 'hears'>
  roster: Pick<Roster, 'nodes' | 'put' | 'add' | 'remove' | 'usersOf' | 'drop'>
  /** Ids of the members of each room asked for, whole. */
  membersOf: (roomIds: readonly string[]) => Promise<Map<string, string[]>>
  clock: Clock
  log: Log
}

type Watcher = { socketId: string; roomId: string }

export type Presence = {
  /** A socket of the user opened on this node. */
  arrive(userId: string): void
  /** A socket of the user closed on this node. */
  depart(userId: string): void
  /**
   * Tells a socket that hears the room who is there: now, or once the members can be read, and by difference until it no
   * longer hears it. Never rejects.
   */
  watch(watcher: Watcher): Promise<void>
  close(): Promise<void>
}

/** A hop to another node takes less. [P2] */
const holdMs = 1_500
/** The loop's pauses are up to a tenth shorter, and a room is told something once a second at most. [P1] */
const frameMs = 1_115
/** Words about members can get lost. */
const rereadMs = 30_000

export function openPresence({ node, fanout, roster, membersOf, clock, log }: Needs): Presence {
  const online = openOnline({ holdMs, onChange: (userId) => rooms.touch(userId) })
  const rooms = openWatchedRooms({ fanout, membersOf, isOnline: online.has })
  const attendance = openAttendance({ node, fanout, roster, online, clock })
  /** Those who were told nothing yet, for the members of their room could not be read. */
  const untold = new Set<Watcher>()

  async function watch(watcher: Watcher): Promise<void> {
    try {
      await rooms.watch(watcher)
    } catch (fault) {
      untold.add(watcher) // the room is of use without it
      log.warn({ event: 'presence-unknown', room: watcher.roomId, fault: String(fault) })
    }
  }

  /** One after the other, and no further than the first that fails: Postgres may be away for all of them. */
  async function watchUntold(): Promise<void> {
    for (const watcher of untold) {
      if (fanout.hears(watcher.socketId, watcher.roomId)) await rooms.watch(watcher)
      untold.delete(watcher)
    }
  }

  function speak(): Promise<void> {
    online.release(clock.ticks())
    rooms.speak()
    return Promise.resolve()
  }

  const speaking = openLoop({
    clock,
    everyMs: () => frameMs,
    run: speak,
    onFault: (fault) => log.error({ event: 'presence-failed', fault: String(fault) }),
  })
  const watching = openLoop({ clock, everyMs: () => frameMs, run: watchUntold, onFault: () => {} })
  const rereading = openLoop({ clock, everyMs: () => rereadMs, run: rooms.reread, onFault: () => {} })

  return {
    arrive: attendance.arrive,
    depart: attendance.depart,
    watch,
    async close() {
      await Promise.all([speaking.close(), watching.close(), rereading.close(), attendance.close()])
    },
  }
}
