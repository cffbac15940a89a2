/** Finds rooms that moved without this node's sockets being told, and tells them. [A1] */
import { limits } from '#protocol/limits.ts'
import type { Changes, Events } from '#protocol/wire.ts'
import type { Told as ToldRevs } from '../fanout/told.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { MessageLog } from '../store/message-log.ts'
import { isFrame } from './announce.ts'
import type { CachedPages } from './pages.ts'

type Told = 'room:changes' | 'room:head'
type Stand = { rev: number; head: number }

export type RepairRoomsNeeds = {
  log: Pick<MessageLog, 'revs' | 'changes'>
  fanout: {
    localRooms(): string[]
    toRoomHere<Name extends Told>(roomId: string, event: Name, payload: Events[Name]): void
    healthy(): boolean
    told: Pick<ToldRevs, 'upTo' | 'raise'>
  }
  pages?: Pick<CachedPages, 'outdate'>
  metrics: Pick<Metrics, 'repairs'>
  /** Breaks every connection of this node, so that everybody starts from `hello`. */
  hangUp: () => void
}

/** Rooms told of in one run, at most: after a start all are news, and the event loop has other things to do. */
const mostTold = 1_000
/** Rooms whose changes are pushed in one run, at most; the others have to ask. */
const mostPushed = 100
const pushedAtOnce = 4

/**
 * One run compares where the rooms stand with what this node's sockets were told, frame upon frame. A room that is further
 * gets a beacon, so that they ask; while the other nodes are not reached, it gets the changes themselves.
 */
export function openRepairRooms({ log, fanout, pages, metrics, hangUp }: RepairRoomsNeeds) {
  const { told } = fanout
  /** Where each room stood when it was last looked at; only rooms that sockets hear. */
  const seen = new Map<string, number>()

  function beacon(roomId: string, { rev, head }: Stand): void {
    metrics.repairs.inc({ kind: 'beacon' })
    fanout.toRoomHere(roomId, 'room:head', { roomId, rev, head })
    told.raise(roomId, rev)
  }

  /** Pushes what came after `from`; what a frame cannot tell has to be asked for. */
  async function push(roomId: string, from: number, stand: Stand): Promise<void> {
    const stretch = await log.changes({ roomId, from, limit: limits.resumeMax })
    if (stretch === null) return
    const { rev, head, messages, room, membersMoved } = stretch
    const changes: Changes = { roomId, base: from, rev, head, messages, ...(room === undefined ? {} : { room }) }
    if (membersMoved || rev < stand.rev || !isFrame(changes)) return beacon(roomId, stand)
    metrics.repairs.inc({ kind: 'push' })
    fanout.toRoomHere(roomId, 'room:changes', changes)
    told.raise(roomId, rev)
  }

  async function tell(untold: [string, Stand][]): Promise<void> {
    const pushes: (() => Promise<void>)[] = []
    for (const [roomId, stand] of untold) {
      const from = told.upTo(roomId)
      if (from === undefined || fanout.healthy() || pushes.length === mostPushed) beacon(roomId, stand)
      else pushes.push(() => push(roomId, from, stand))
    }
    while (pushes.length > 0) await Promise.all(pushes.splice(0, pushedAtOnce).map((next) => next()))
  }

  /** Resolves with whether there may be more to tell. */
  return async function run(): Promise<boolean> {
    const roomIds = fanout.localRooms()
    const revs = roomIds.length === 0 ? new Map<string, Stand>() : await log.revs(roomIds)
    const heard = new Set(roomIds)
    for (const roomId of seen.keys()) if (!heard.has(roomId)) seen.delete(roomId)
    if ([...revs].some(([roomId, { rev }]) => rev < (seen.get(roomId) ?? 0))) {
      seen.clear()
      hangUp() // a rev never falls: this is another history [R12]
      return false
    }
    const moved = [...revs].filter(([roomId, { rev }]) => seen.get(roomId) !== rev).slice(0, mostTold)
    if (moved.length > 0) await pages?.outdate(new Map(moved)) // their node may have died before it told the cache
    for (const [roomId, { rev }] of moved) seen.set(roomId, rev)
    const untold = [...revs].filter(([roomId, { rev }]) => (told.upTo(roomId) ?? -1) < rev).slice(0, mostTold)
    await tell(untold)
    return moved.length === mostTold || untold.length === mostTold
  }
}
