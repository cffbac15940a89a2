/** The simulated world: nodes that come and go, people with the real engine, one Postgres, and a pub/sub nobody should trust. */
import { isDeepStrictEqual } from 'node:util'
import { openDisk } from '../../client/engine/disk.ts'
import { openEngine } from '../../client/engine/engine.ts'
import type { Http } from '../../client/engine/http.ts'
import { type Connect, openLink } from '../../client/engine/link.ts'
import { openSoleTab } from '../../client/engine/tabs.ts'
import { openMemoryVault } from '../../client/engine/vault.ts'
import { must } from '../../server/kit/must.ts'
import { openBus } from '../fakes/memory-fanout.ts'
import { type MemoryStore, openMemoryStore } from '../fakes/memory-store.ts'
import { type ManualClock, openManualClock } from '../kit/manual-clock.ts'
import { furnish } from '../kit/rooms.ts'
import { openSeeded, type Seeded } from '../kit/seeded.ts'
import { openPerson, type Person } from '../tools/chaos/person.ts'
import { openRecorder } from '../tools/chaos/recorder.ts'
import type { History, Truth } from '../tools/checker/history.ts'
import { openLine } from './line.ts'
import { openSimNode, type SimNode } from './node.ts'
import { openSimPostgres } from './postgres.ts'

/** The network in front of one person; `cut` breaks their latest connection. */
export type Reach = { isUp: boolean; cut: () => void }

/** Somebody who does one thing at a time. */
type Resident = { person: Person; reach: Reach; isActing: boolean; isLoading: boolean }

type Size = { nodes: number; people: number; rooms: number; repairs: boolean }

const never = Number.POSITIVE_INFINITY

export type World = Awaited<ReturnType<typeof openWorld>>

/** Ids that the same seed mints again. */
function openMint(chance: Seeded): () => string {
  let count = 0
  const hex = (length: number) => Array.from({ length }, () => chance.below(16).toString(16)).join('')
  return () => `${(++count).toString(16).padStart(8, '0')}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
}

export async function openWorld(seed: number, { nodes: most, people, rooms, repairs }: Size) {
  const chance = openSeeded(seed)
  const clock = openManualClock()
  const newId = openMint(openSeeded(seed + 1))
  const store = openMemoryStore({ now: clock.now, newId })
  const postgres = openSimPostgres({ store, clock, chance })
  const recorder = openRecorder(clock.ticks)
  const bus = openBus()
  const { userIds, roomIds } = await furnish(store, { people, rooms })
  const nodes = new Map<string, SimNode>()
  const repairOptions = repairs ? { everyMs: 2_000, hurryMs: 250 } : { everyMs: never, hurryMs: never }
  let lines = 0

  function start(name: string): void {
    const onSpan = (span: { roomId: string; base: number; rev: number }) => {
      const { roomId, base, rev } = span
      recorder.note({ type: 'span', client: name, roomId, base, rev })
    }
    nodes.set(name, openSimNode({ name, store, postgres, bus, clock, chance, repairOptions, onSpan }))
  }

  /** What nginx does: somebody who answers, or nobody. */
  const connectAs =
    (userId: string, reach: Reach): Connect =>
    ({ heard, onLost }) => {
      const line = openLine({ id: `line-${++lines}`, clock, chance, heard, onLost })
      reach.cut = line.cut
      clock.after(1 + chance.below(30), () => {
        const ready = [...nodes.values()].filter(({ state }) => state.isAlive && !state.isLeaving)
        if (ready.length === 0 || !reach.isUp) return line.cut()
        chance.pick(ready).admit(userId, line).catch(line.cut)
      })
      return line.connection
    }

  for (let index = 1; index <= most; index++) start(`node-${index}`)
  const persons: Resident[] = []
  for (const [index, userId] of userIds.entries()) {
    const reach: Reach = { isUp: true, cut() {} }
    const connect = connectAs(userId, reach)
    const needs = { store, clock, userId, connect, random: chance.next, newId, vault: openMemoryVault() }
    const boot = async () => openPage(needs)
    const who = { client: `page-${index + 1}`, userId }
    const person = await openPerson({ who, roomIds, boot, recorder, chance })
    persons.push({ person, reach, isActing: false, isLoading: false })
  }
  return { chance, clock, store, postgres, recorder, bus, nodes, start, persons, userIds, roomIds }
}

type Page = {
  store: MemoryStore
  clock: ManualClock
  userId: string
  connect: Connect
  random: () => number
  newId: () => string
  vault: ReturnType<typeof openMemoryVault>
}

function openPage({ store, clock, userId, connect, random, newId, vault }: Page) {
  const http = openSimHttp(store, userId)
  return openEngine({
    http,
    openLink: (told) => openLink({ ...told, connect, clock, random }),
    openDisk: async () => openDisk(vault),
    tabs: openSoleTab('page'),
    clock,
    random,
    newId,
  })
}

/** The few paths that an engine asks by itself. */
function openSimHttp({ users, book }: MemoryStore, userId: string): Http {
  async function answer(path: string): Promise<unknown> {
    const [, roomId] = /^\/api\/rooms\/([\w-]+)$/.exec(path) ?? []
    const [, ids] = /^\/api\/users\?ids=(.*)$/.exec(path) ?? []
    if (path === '/api/session') return { user: must((await users.byIds([userId]))[0], 'they exist') }
    if (roomId !== undefined) return { ...(await book.get({ roomId, userId })), members: await book.members(roomId) }
    if (ids !== undefined) return { users: await users.byIds(decodeURIComponent(ids).split(',')) }
    throw new Error(`unable to answer; nobody foresaw ${path}`)
  }
  return async <Value>(_method: string, path: string) => ({ ok: true, value: (await answer(path)) as Value })
}

/** Everything that happened, for the checker. */
export function historyOf({ recorder, store, persons }: Pick<World, 'recorder' | 'store' | 'persons'>): History {
  const truths = [...store.tables.rooms.values()].map(({ room, rev, head, messages, members }): Truth => {
    const lastRead = new Map([...members.values()].map((member) => [member.userId, member.lastRead]))
    return { roomId: room.id, rev, head, messages, lastRead }
  })
  return { events: recorder.events, truths, finals: persons.flatMap(({ person }) => person.finals()) }
}

/** How many views of rooms there must be in the end: whoever was put out and not taken in again has none. */
export function viewsDue({ store, persons, roomIds }: Pick<World, 'store' | 'persons' | 'roomIds'>): number {
  const isMember = (roomId: string, userId: string) => store.tables.rooms.get(roomId)?.members.has(userId) === true
  return persons.flatMap(({ person }) => roomIds.filter((roomId) => isMember(roomId, person.userId))).length
}

/** Whoever, in a room of theirs, does not see what is there: messages, title, members. */
export function laggardsOf({ store, persons, roomIds }: Pick<World, 'store' | 'persons' | 'roomIds'>): string[] {
  return persons.flatMap(({ person }) => {
    const views = new Map(person.finals().map((view) => [view.roomId, view]))
    return roomIds.flatMap((roomId) => {
      const { room, rev, head, members } = must(store.tables.rooms.get(roomId), 'the room is there')
      if (!members.has(person.userId)) return []
      const handle = person.engine().open(roomId)
      const seen = new Set(handle.members.get().map(({ userId }) => userId))
      const title = handle.room.get()?.title
      handle.close()
      const sees = {
        rev: views.get(roomId)?.rev,
        head: views.get(roomId)?.messages.at(-1)?.seq ?? 0,
        members: seen.size,
        title,
      }
      const there = { rev, head, members: members.size, title: room.title }
      return isDeepStrictEqual(sees, there) ? [] : [`${person.client} ${JSON.stringify({ sees, there })}`]
    })
  })
}

/** Drafts that nobody decided about. */
export function pendingOf({ persons, roomIds }: Pick<World, 'persons' | 'roomIds'>): string[] {
  return persons.flatMap(({ person }) =>
    roomIds.flatMap((roomId) => {
      const handle = person.engine().open(roomId)
      const { rows } = handle.timeline.get()
      handle.close()
      return rows.flatMap((row) => (row.kind === 'draft' && row.draft.state !== 'failed' ? [row.draft.body] : []))
    }),
  )
}
