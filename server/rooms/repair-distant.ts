/** Tells people who are in more rooms than a socket hears of those that theirs do not hear. [A1] */
import type { RoomHead } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { MessageLog } from '../store/message-log.ts'
import type { RoomBook } from '../store/room-book.ts'

type LocalSocket = { id: string; who: { userId: string } }

export type RepairDistantNeeds = {
  log: Pick<MessageLog, 'revs'>
  book: Pick<RoomBook, 'memberships'>
  fanout: {
    sockets(): LocalSocket[]
    roomIdsOf(socketId: string): string[]
    isFull(socketId: string): boolean
    toUserHere(userId: string, event: 'room:head', payload: RoomHead): void
  }
  metrics: Pick<Metrics, 'repairs'>
}

/** One run tells each of these people by beacon which of their distant rooms moved since the last; all, the first time. */
export function openRepairDistant({ log, book, fanout, metrics }: RepairDistantNeeds): () => Promise<void> {
  /** By person, the rev that each distant room was told at. */
  let told = new Map<string, Map<string, number>>()

  return async function run() {
    const sockets = Map.groupBy(fanout.sockets(), ({ who }) => who.userId)
    const full = [...sockets].filter(([, mine]) => mine.some(({ id }) => fanout.isFull(id)))
    const next: typeof told = new Map()
    const people = full.map(([userId]) => userId)
    const memberships = people.length > 0 ? await book.memberships(people) : new Map<string, Set<string>>()
    for (const [userId, mine] of full) {
      const heard = mine.map(({ id }) => new Set(fanout.roomIdsOf(id))).reduce((all, each) => all.intersection(each))
      const distant = [...(memberships.get(userId) ?? [])].filter((roomId) => !heard.has(roomId))
      const before = told.get(userId)
      const now = new Map<string, number>()
      for (const [roomId, { rev, head }] of await log.revs(distant)) {
        now.set(roomId, rev)
        if (before?.get(roomId) === rev) continue
        metrics.repairs.inc({ kind: 'beacon' })
        fanout.toUserHere(userId, 'room:head', { roomId, rev, head })
      }
      next.set(userId, now)
    }
    told = next
  }
}
