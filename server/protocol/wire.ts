/** The words that cross the socket and the HTTP door: one shape per noun, one entry per call and event. */
import type { RefusalView } from './refusals.ts'

/** The version a client names in its handshake; an older one is told to reload and keeps its outbox. */
export const protocolVersion = 1

/** `status`: what they are up to, in their own words; absent when they say nothing. */
export type User = { id: string; username: string; displayName: string; status?: string }

export type RoomKind = 'public' | 'private' | 'direct' | 'thread'

export type Room = {
  id: string
  kind: RoomKind
  title: string
  topic: string
  ownerId: string | null
  parent?: { roomId: string; seq: number }
  archived: boolean
  memberCount: number
  createdAt: string
}

export type Role = 'owner' | 'member'

export type Member = { userId: string; role: Role; lastRead: number; joinedAt: string }

/** `body: null` is a tombstone, which is never pinned. `reactions` maps an emoji to the ids of who chose it, in order. */
export type Message = {
  roomId: string
  seq: number
  rev: number
  id: string
  authorId: string
  body: string | null
  replyTo?: number
  reactions?: Record<string, string[]>
  sentAt: string
  editedAt?: string
  deletedAt?: string
  pinnedAt?: string
  pinnedBy?: string
}

/** Where a client stands in a room: the revision it has applied, of which incarnation of the database. */
export type Position = { epoch: string; rev: number }

/** A message on its way in. The client mints `id` (UUIDv7) once and keeps it over every retry. */
export type Draft = { roomId: string; id: string; body: string; replyTo?: number }

export type Sent = { seq: number; rev: number; sentAt: string }

/** What a member makes of a room for themselves; nobody else is told. */
export type Preferences = { favourite: boolean; muted: boolean }

/** A member's place in a room, as `hello` and `room:added` tell it. `unread` is `head - lastRead`. */
export type Standing = Preferences & { room: Room; head: number; rev: number; lastRead: number; mentions: number }

/** `blocked`: whom this person blocked. */
export type Hello = { node: string; epoch: string; user: User; rooms: Standing[]; blocked: string[] }

export type MembersChange = { joined: Member[]; left: string[] }

/** The new state of what one commit changed: applying it takes a client from `base` to `rev`. [A4] */
export type Changes = {
  roomId: string
  base: number
  rev: number
  head: number
  messages: Message[]
  room?: Room
  members?: MembersChange
}

/** A beacon: whoever stands lower than `rev` asks to resume. */
export type RoomHead = { roomId: string; rev: number; head: number }

export type ResumeInput = { roomId: string; epoch: string; rev: number; atLeast?: number }

/**
 * `changes`: every message whose `rev` is later than the one asked from. `reset`: throw away what is loaded and
 * start from these, the newest page. `members` is there when membership changed since, or on a reset, as long as the
 * room has at most `limits.membersListed` of them; in a room of up to `limits.readShown` always, for how far they have read.
 */
export type Resume = {
  kind: 'changes' | 'reset'
  epoch: string
  rev: number
  head: number
  messages: Message[]
  room: Room
  members?: Member[]
}

export type Source = 'cache' | 'database'

/** Exactly one of `before`, `after`, `around`, or none for the newest page. */
export type PageInput = { roomId: string; before?: number; after?: number; around?: number; limit?: number }

/** Messages in ascending `seq`, as they stood at `rev`. */
export type Page = { source: Source; roomId: string; epoch: string; rev: number; head: number; messages: Message[] }

export type Presence =
  | { roomId: string; online: string[] }
  | { roomId: string; joined: string[]; left: string[] }
  | { roomId: string; count: number }

export type EndReason = 'signed-out' | 'revoked' | 'password-changed' | 'expired'

export type Answer<Value> = { ok: true; value: Value } | ({ ok: false } & RefusalView)

type Nothing = Record<never, never>

/** What a client may call, with what, for what. */
export type Calls = {
  'message:send': { input: Draft; value: Sent }
  'message:edit': { input: { roomId: string; seq: number; body: string; onRev?: number }; value: { rev: number } }
  'message:delete': { input: { roomId: string; seq: number }; value: { rev: number } }
  'message:react': { input: { roomId: string; seq: number; emoji: string; on: boolean }; value: { rev: number } }
  'message:pin': { input: { roomId: string; seq: number; on: boolean }; value: { rev: number } }
  'room:resume': { input: ResumeInput; value: Resume }
  'room:page': { input: PageInput; value: Page }
  'room:read': { input: { roomId: string; seq: number }; value: Nothing }
  'room:unread': { input: { roomId: string; seq: number }; value: Nothing }
  'member:typing': { input: { roomId: string }; value: Nothing }
}
export type CallName = keyof Calls

/** What the server says unasked. */
export type Events = {
  hello: Hello
  'room:changes': Changes
  'room:head': RoomHead
  'room:added': Standing
  'room:removed': { roomId: string }
  'room:presence': Presence
  /** The furthest of all devices, so an earlier one may come later; `lowered`: no, it was marked unread on purpose. */
  'room:read': { roomId: string; userId: string; seq: number; lowered?: true }
  /** To one's own devices. */
  'room:preferences': { roomId: string } & Preferences
  'user:changed': { user: User }
  /** To one's own devices: whom they block, or no longer. */
  'user:blocked': { userId: string; on: boolean }
  'member:typing': { roomId: string; userId: string }
  'node:draining': { reconnectInMs: number }
  /** Elsewhere is more room: the client hops within this time, opening the next connection first, or stays if it cannot. [O3] */
  'node:crowded': { hopInMs: number }
  'session:ended': { reason: EndReason }
}
export type EventName = keyof Events
