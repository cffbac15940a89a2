/** The list of rooms: where each stands, how far we have read it, and what that makes of it in a sidebar. */
import type { Changes, Message, Preferences, Room, Standing, User } from '#protocol/wire.ts'
import type { OpenCell } from './cell.ts'
import type { Cancel, Clock } from './clock.ts'
import type { RoomSummary } from './face.ts'
import type { Shelf } from './shelf.ts'

type Needs = {
  user: User
  shelf: Shelf
  clock: Clock
  cell: OpenCell<readonly RoomSummary[]>
  /** What the outbox and the composer add to the picture. */
  marksOf: (roomId: string) => { failed: boolean; draft: boolean }
  /** What they say does not count as a mention. */
  isBlocked: (userId: string) => boolean
}
type Entry = Standing & { lastMessage?: Message; memberIds?: readonly string[] }

const keepMs = 1_000

/** What no standing tells. */
const extrasOf = ({ lastMessage, memberIds }: Pick<Entry, 'lastMessage' | 'memberIds'> = {}) => ({
  ...(lastMessage === undefined ? {} : { lastMessage }),
  ...(memberIds === undefined ? {} : { memberIds }),
})

export type Rooms = ReturnType<typeof openRooms>

/** In the order of the last movement, latest first, as far as it is known. */
export function openRooms({ user, shelf, clock, cell, marksOf, isBlocked }: Needs) {
  const summaries = new Map<string, RoomSummary>()
  const mentionsUs = new RegExp(`(^|[^a-z0-9_.-])@${user.username.replaceAll('.', '\\.')}(?![a-z0-9_-])`, 'i')
  /** Seqs beyond what `hello` counted that were shown since: a beacon raises a head and shows nothing. */
  const shown = new Map<string, { to: number; beyond: Set<number> }>()
  /** The rev of which each room's own fields are: spans may come in any order. */
  const fieldsAt = new Map<string, number>()
  let entries = new Map<string, Entry>()
  let cancelKeep: Cancel | null = null
  let isClosed = false

  function summaryOf({ room, head, rev, lastRead, mentions, favourite, muted, ...entry }: Entry): RoomSummary {
    const unread = Math.max(0, head - lastRead)
    const at = { room, head, rev, lastRead, unread, mentions: Math.min(mentions, unread), ...marksOf(room.id) }
    return {
      ...at,
      favourite: favourite === true, // an entry on disk, or a node, of before this has neither
      muted: muted === true,
      ...extrasOf(entry),
    }
  }

  function tell(): void {
    if (isClosed) return
    cell.set([...entries.keys()].flatMap((id) => summaries.get(id) ?? []))
    cancelKeep ??= clock.after(keepMs, keep)
  }

  function keep(): void {
    cancelKeep?.()
    cancelKeep = null
    shelf.putNote('rooms', [...entries.values()]).catch(() => {})
  }

  function put(entry: Entry, isNews: boolean): void {
    const id = entry.room.id
    if (isNews && entries.keys().next().value !== id) {
      entries.delete(id)
      entries = new Map([[id, entry], ...entries])
    } else entries.set(id, entry)
    summaries.set(id, summaryOf(entry))
    tell()
  }

  function change(roomId: string, changed: Partial<Entry>): void {
    const entry = entries.get(roomId)
    if (entry !== undefined) put({ ...entry, ...changed }, false)
  }

  function replace(next: readonly Entry[]): void {
    entries = new Map(next.map((entry) => [entry.room.id, entry]))
    summaries.clear()
    for (const entry of next) summaries.set(entry.room.id, summaryOf(entry))
    tell()
  }

  /** Those of the messages that come to us for the first time. */
  function firstSeen(roomId: string, messages: readonly Message[]): Message[] {
    const seen = shown.get(roomId)
    if (seen === undefined) return []
    const fresh = messages.filter(({ seq }) => seq > seen.to && !seen.beyond.has(seq))
    for (const { seq } of fresh) seen.beyond.add(seq)
    while (seen.beyond.delete(seen.to + 1)) seen.to += 1
    return fresh
  }

  function countTo({ room, head, rev }: Standing): void {
    shown.set(room.id, { to: head, beyond: new Set() })
    fieldsAt.set(room.id, rev)
  }

  /** What new messages make of a standing: our own are read, and with them all before. */
  function withMessages(entry: Entry, messages: readonly Message[]): Entry {
    const fresh = firstSeen(entry.room.id, messages)
    const ours = fresh.findLast(({ authorId }) => authorId === user.id)
    const lastRead = Math.max(entry.lastRead, ours?.seq ?? 0)
    const named = fresh.filter(
      ({ seq, body, authorId }) => seq > lastRead && mentionsUs.test(body ?? '') && !isBlocked(authorId),
    )
    const mentions = (ours === undefined ? entry.mentions : 0) + named.length
    const last = messages.findLast(({ seq }) => seq >= (entry.lastMessage?.seq ?? 0)) ?? entry.lastMessage
    return { ...entry, lastRead, mentions, ...(last === undefined ? {} : { lastMessage: last }) }
  }

  function hear(roomId: string, rev: number, head: number): void {
    const entry = entries.get(roomId)
    if (entry === undefined) return
    put({ ...entry, rev: Math.max(entry.rev, rev), head: Math.max(entry.head, head) }, head > entry.head)
  }

  return {
    async load(): Promise<void> {
      replace((await shelf.note<Entry[]>('rooms')) ?? [])
    },
    get: (roomId: string): Entry | undefined => entries.get(roomId),
    all: () => [...entries.values()],
    /** All that we are in, as of now; returns the ids of those we are in no more. */
    takeHello(standings: readonly Standing[]): string[] {
      const before = entries
      shown.clear()
      for (const standing of standings) countTo(standing)
      replace(standings.map((standing) => ({ ...standing, ...extrasOf(before.get(standing.room.id)) })))
      return [...before.keys()].filter((id) => !entries.has(id))
    },
    takeChanges({ roomId, rev, head, messages, room }: Changes): void {
      const entry = entries.get(roomId)
      if (entry === undefined) return
      const next = withMessages(entry, messages)
      const isNews = (next.lastMessage?.seq ?? 0) > entry.head
      const isLater = room !== undefined && rev > (fieldsAt.get(roomId) ?? 0)
      if (isLater) fieldsAt.set(roomId, rev)
      const fields = isLater ? room : entry.room
      put({ ...next, rev: Math.max(entry.rev, rev), head: Math.max(entry.head, head), room: fields }, isNews)
    },
    /** What a resume brought, or our own message by its ack. */
    takeMessages(roomId: string, messages: readonly Message[]): void {
      const entry = entries.get(roomId)
      if (entry === undefined || messages.length === 0) return
      const next = withMessages(entry, messages)
      const head = Math.max(entry.head, messages.at(-1)?.seq ?? 0)
      const isNews = (next.lastMessage?.seq ?? 0) > entry.head
      put({ ...next, head }, isNews)
    },
    hear,
    /** Several nodes may say it, one of them late: what we know since is not taken back. */
    add(standing: Standing): void {
      const entry = entries.get(standing.room.id)
      if ((entry?.rev ?? 0) >= standing.rev) return
      countTo(standing)
      put({ ...entry, ...standing }, true)
      if (entry === undefined) keep() // at once: without a network the page finds no room that is not on disk
    },
    remove(roomId: string): void {
      if (entries.delete(roomId)) tell()
    },
    setRoom(room: Room, rev: number, head: number): void {
      change(room.id, { room })
      hear(room.id, rev, head)
    },
    setMembers(roomId: string, memberIds: readonly string[]): void {
      change(roomId, { memberIds })
    },
    setPreferences(roomId: string, preferences: Preferences): void {
      change(roomId, preferences)
    },
    setLastRead(roomId: string, lastRead: number): void {
      const entry = entries.get(roomId)
      if (entry !== undefined && entry.lastRead !== lastRead)
        change(roomId, { lastRead, mentions: lastRead >= entry.head ? 0 : entry.mentions })
    },
    /** Its marks may be others now. */
    refresh(roomId: string): void {
      change(roomId, {})
    },
    close(): void {
      isClosed = true
      if (cancelKeep !== null) keep()
    },
  }
}
