/** Lanes on a memory store, with troubles on demand and time held still, for tests of the rooms' floor. */
import { randomUUIDv7 } from 'node:crypto'
import { expect } from 'vitest'
import type { Changes, RoomHead } from '#protocol/wire.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'
import { must } from '../../server/kit/must.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { type LaneOptions, openLanes } from '../../server/rooms/lanes.ts'
import type { CachedPages } from '../../server/rooms/pages.ts'
import type { Send } from '../../server/store/message-log.ts'
import { type MemoryStore, openMemoryStore } from '../fakes/memory-store.ts'
import { openTroubledLog } from '../fakes/troubled-log.ts'
import { openManualClock } from './manual-clock.ts'

export const silent = openLog({ node: 'test', level: 'silent', pretty: false })
export const metrics = openMetrics({ node: 'test', version: 'test' })

export const laneOptions: LaneOptions = {
  paceMs: 25,
  patienceMs: 5,
  maxBatch: 500,
  maxWaiting: 10_000,
  maxApart: 4,
  roomBytes: 240_000,
}

/** People with names `u1`, `u2` … who are members of rooms of the given kind. */
export async function furnish(
  { users, book }: Pick<MemoryStore, 'users' | 'book'>,
  { people, rooms, kind = 'private' }: { people: number; rooms: number; kind?: 'public' | 'private' },
): Promise<{ userIds: string[]; roomIds: string[] }> {
  const userIds: string[] = []
  for (let n = 1; n <= people; n++) {
    userIds.push((await users.create({ username: `u${n}`, displayName: `U ${n}`, passwordHash: '-' })).id)
  }
  const caller = { userId: must(userIds[0], 'somebody has to own the rooms'), admin: false }
  const roomIds: string[] = []
  for (let n = 1; n <= rooms; n++) {
    roomIds.push((await book.create({ kind, title: `Room ${n}`, memberIds: userIds }, caller)).room.id)
  }
  return { userIds, roomIds }
}

export type Told = { event: 'room:changes'; payload: Changes } | { event: 'room:head'; payload: RoomHead }

export type LaneSetup = {
  people?: number
  rooms?: number
  commitMs?: number
  pages?: CachedPages
  options?: Partial<LaneOptions>
}

export async function openLaneWorld({ people = 3, rooms = 3, commitMs = 10, pages, options = {} }: LaneSetup = {}) {
  const clock = openManualClock()
  const store = openMemoryStore(clock)
  const { userIds, roomIds } = await furnish(store, { people, rooms })
  const log = openTroubledLog(store.log, { clock, commitMs: () => commitMs })
  const told: Told[] = []
  const fanout = {
    toRoom(_roomId: string, event: Told['event'], payload: Told['payload']) {
      told.push({ event, payload } as Told)
    },
  }
  const common = { log, clock, metrics, logger: silent, ...(pages === undefined ? {} : { pages }) }
  const announce = openAnnounce({ ...common, fanout, boundMs: 100 })
  const lanes = openLanes({ ...common, announce, options: { ...laneOptions, ...options } })
  const draft = (room: number, { user = 0, body = 'hello', id = randomUUIDv7() } = {}): Send => ({
    kind: 'send',
    roomId: must(roomIds[room], 'the room is there'),
    authorId: must(userIds[user], 'the user is there'),
    id,
    body,
  })
  return { clock, store, log, told, lanes, userIds, roomIds, draft }
}

/** What became of a promise so far, without waiting for it. */
export function watch<Value>(promise: Promise<Value>) {
  const seen: { state: 'pending' | 'resolved' | 'rejected'; value?: Value; fault?: unknown } = { state: 'pending' }
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (fault: unknown) => Object.assign(seen, { state: 'rejected', fault }),
  )
  return seen
}

/** What `watch` shows of a promise that was refused with a view like this. */
export const refusal = (view: object) => ({
  state: 'rejected',
  fault: expect.objectContaining({ view: expect.objectContaining(view) }),
})

/** Writes messages straight into the store, as any node may have. */
export async function fill(
  { log }: Pick<MemoryStore, 'log'>,
  { roomId, userId, messages, body = 'text' }: { roomId: string; userId: string; messages: number; body?: string },
): Promise<void> {
  for (let n = 1; n <= messages; n++) {
    const write: Send = { kind: 'send', roomId, authorId: userId, id: randomUUIDv7(), body: `${body} ${n}` }
    await log.append([write], { patient: true })
  }
}
