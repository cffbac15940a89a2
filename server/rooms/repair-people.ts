/** Looks whether the people behind this node's sockets still are who they were, and where they belong. [M2] [S2] */
import type { EndReason, Events } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { RoomBook } from '../store/room-book.ts'
import type { UserBook } from '../store/user-book.ts'

type Who = { userId: string; sid: string }
type LocalSocket = { id: string; who: Who }
/** With what it heard before the memberships were read. */
type Ear = { id: string; roomIds: string[]; isFull: boolean }
type Told = 'room:added' | 'room:removed'

export type RepairPeopleNeeds = {
  book: Pick<RoomBook, 'memberships' | 'get' | 'standings'>
  users: Pick<UserBook, 'byIds'>
  /** What these sessions are now, null for those that ended; rejects while the session store is away. */
  look: (sids: string[]) => Promise<Map<string, { generation: number } | null>>
  fanout: {
    sockets(): LocalSocket[]
    roomIdsOf(socketId: string): string[]
    isFull(socketId: string): boolean
    join(socketId: string, roomId: string): void
    leave(socketId: string, roomId: string): void
    toUserHere<Name extends Told>(userId: string, event: Name, payload: Events[Name]): void
    end(concerns: (who: Who) => boolean, reason: EndReason): void
  }
  metrics: Pick<Metrics, 'repairs'>
}

/** People whose memberships are read by one query. */
const peopleAtOnce = 200

export type RepairPeople = {
  /** Ends sockets whose session ended or is of an older generation [S2] [S8]; rejects while either store is away. [S3] */
  sessions(): Promise<void>
  /** Takes sockets out of rooms their people may not hear [M2], and into those that they became members of. */
  memberships(): Promise<void>
}

/** `roomIds` names each room once. */
function isSame(roomIds: readonly string[], mine: ReadonlySet<string>): boolean {
  return roomIds.length === mine.size && roomIds.every((roomId) => mine.has(roomId))
}

export function openRepairPeople({ book, users, look, fanout, metrics }: RepairPeopleNeeds): RepairPeople {
  /** Sockets of the last run: one that just came is still being told where it belongs. */
  let settled = new Set<string>()
  /** Rooms with guests that were found to be public, which a room is for ever: nobody has to be asked about again. */
  let open = new Set<string>()

  const earOf = ({ id }: LocalSocket): Ear => ({ id, roomIds: fanout.roomIdsOf(id), isFull: fanout.isFull(id) })

  async function mayHear(userId: string, roomId: string): Promise<boolean> {
    try {
      const { room } = await book.get({ roomId, userId })
      if (room.kind === 'public') open.add(roomId)
      return true
    } catch (fault) {
      if (fault instanceof Refusal && fault.code === 'not-found') return false
      throw fault
    }
  }

  async function removeFrom(userId: string, roomId: string, ears: Ear[]): Promise<void> {
    if (open.has(roomId) || (await mayHear(userId, roomId))) return
    metrics.repairs.inc({ kind: 'removed' })
    for (const { id } of ears) fanout.leave(id, roomId)
    fanout.toUserHere(userId, 'room:removed', { roomId })
  }

  async function addTo(userId: string, roomIds: Set<string>, ears: Ear[]): Promise<void> {
    const standings = await book.standings(userId)
    for (const standing of standings.filter(({ room }) => roomIds.has(room.id))) {
      metrics.repairs.inc({ kind: 'added' })
      for (const { id } of ears) fanout.join(id, standing.room.id)
      fanout.toUserHere(userId, 'room:added', standing)
    }
  }

  /** `ears` were looked at before `mine` was read, so a room they did not hear then is one they missed. */
  async function compare(userId: string, mine: ReadonlySet<string>, ears: Ear[]): Promise<void> {
    if (ears.every(({ roomIds }) => isSame(roomIds, mine))) return // as good as always, for as many as are here
    const heard = new Set(ears.flatMap(({ roomIds }) => roomIds))
    for (const roomId of heard) if (!mine.has(roomId)) await removeFrom(userId, roomId, ears)
    const old = ears.filter(({ id, isFull }) => settled.has(id) && !isFull)
    const missed = [...mine].filter((roomId) => old.some(({ roomIds }) => !roomIds.includes(roomId)))
    if (missed.length > 0) await addTo(userId, new Set(missed), old)
  }

  return {
    async sessions() {
      const people = fanout.sockets().map(({ who }) => who)
      if (people.length === 0) return
      // in this order: the device that changes the password has its new generation before its user has [S8]
      const found = await users.byIds([...new Set(people.map(({ userId }) => userId))])
      const sessions = await look([...new Set(people.map(({ sid }) => sid))])
      const generations = new Map(found.map(({ id, generation }) => [id, generation]))
      const isEnded = ({ sid }: Who) => sessions.has(sid) && sessions.get(sid) === null
      const isOutdated = ({ sid, userId }: Who) =>
        (sessions.get(sid)?.generation ?? Number.POSITIVE_INFINITY) < (generations.get(userId) ?? 0)
      metrics.repairs.inc({ kind: 'ended' }, people.filter((who) => isEnded(who) || isOutdated(who)).length)
      fanout.end(isEnded, 'expired')
      fanout.end(isOutdated, 'password-changed')
    },

    async memberships() {
      const all = fanout.sockets()
      const sockets = Map.groupBy(all, ({ who }) => who.userId)
      const people = [...sockets.keys()]
      for (let at = 0; at < people.length; at += peopleAtOnce) {
        const some = people.slice(at, at + peopleAtOnce)
        const ears = new Map(some.map((userId) => [userId, sockets.get(userId)?.map(earOf) ?? []]))
        const memberships = await book.memberships(some)
        for (const [userId, mine] of memberships) await compare(userId, mine, ears.get(userId) ?? [])
      }
      settled = new Set(all.map(({ id }) => id))
      if (open.size > 0) open = open.intersection(new Set(all.flatMap(({ id }) => fanout.roomIdsOf(id))))
    },
  }
}
