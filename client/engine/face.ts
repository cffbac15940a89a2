/** The engine's face: everything a UI, a tool or a test sees of it. */
import type { ClusterView, Device, OrderVerb } from '#protocol/panel.ts'
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Answer, EndReason, Member, Message, Preferences, Role, Room, User } from '#protocol/wire.ts'
import type { Cell } from './cell.ts'

export type Account =
  | { state: 'loading' }
  | { state: 'signed-out'; reason?: EndReason }
  | { state: 'signed-in'; user: User }

/**
 * `offline`: nobody is signed in, nothing is tried. `outdated`: the server speaks a later protocol; reload.
 * `since` (ms): online since, else not online since. `nextTryAt` (ms) is there while waiting.
 */
export type LinkStatus = {
  state: 'connecting' | 'online' | 'waiting' | 'offline' | 'outdated'
  since: number
  node?: string
  nextTryAt?: number
}

/** A room in the list. `memberIds` is known of direct rooms, where it makes the name. */
export type RoomSummary = Preferences & {
  room: Room
  head: number
  rev: number
  lastRead: number
  unread: number
  mentions: number
  /** A draft of ours was refused and waits for a decision. */
  failed: boolean
  /** There is unsent text in its composer. */
  draft: boolean
  lastMessage?: Message
  memberIds?: readonly string[]
}

/** A message on its way. `slow` after 300 ms without an answer; `failed` only by a definite refusal. */
export type DraftView = {
  id: string
  body: string
  replyTo?: number
  createdAt: string
  state: 'sending' | 'slow' | 'failed'
  refusal?: RefusalCode
  /** Its words can still be others: surely it is not a message yet. [L3] */
  editable: boolean
}

/** A draft and where it is to go. */
export type Waiting = { roomId: string; draft: DraftView }

/** `key` is stable: a draft keeps its key when it becomes a message. The same row is the same object until it changes. */
export type Row =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'draft'; key: string; draft: DraftView }
  | { kind: 'gap'; key: string; from: number; to: number }

/**
 * One contiguous window of a room in ascending `seq`: the newest, or the one around a seq that was asked for.
 * Away from the newest (`atEnd: false`) a gap row stands for what follows; own drafts always stand last.
 * `loading: 'first'` with no rows means that nothing is known yet, never that the room is empty.
 */
export type Timeline = {
  rows: readonly Row[]
  loading: 'none' | 'first' | 'older' | 'newer'
  atStart: boolean
  atEnd: boolean
  head: number
  /** The first unread message when the room was entered; it stays there until `clearDivider` or an own send. */
  dividerSeq: number | null
  /** Why there is nothing (more) to show; `not-found` and `forbidden` also when we were removed. */
  fault?: RefusalCode
}

/** Who is here: by name, or, in a large room, how many. */
export type Online = { ids: ReadonlySet<string> } | { count: number }

export type RoomHandle = {
  roomId: string
  room: Cell<Room | null>
  timeline: Cell<Timeline>
  members: Cell<readonly Member[]>
  online: Cell<Online>
  /** Ids of the others who typed within the last 5 s. */
  typing: Cell<readonly string[]>
  /** Shows a draft at once and returns its id; it is sent when it is stored, in order, as often as it takes. */
  send(body: string, replyTo?: number): string
  /** A failed draft once more. */
  retry(id: string): void
  discard(id: string): void
  /** Other words for a draft that is `editable`, which is then sent anew; false, and nothing is changed, for any other. */
  rewrite(id: string, body: string): boolean
  /** `onRev`: the rev of the row when editing began; a later one refuses with `conflict`. */
  edit(seq: number, body: string, onRev?: number): Promise<Answer<{ rev: number }>>
  remove(seq: number): Promise<Answer<{ rev: number }>>
  react(seq: number, emoji: string, on: boolean): Promise<Answer<{ rev: number }>>
  pin(seq: number, on: boolean): Promise<Answer<{ rev: number }>>
  loadOlder(): Promise<void>
  loadNewer(): Promise<void>
  /** Moves the window to `seq`; resolves when it is loaded or cannot be. */
  loadAround(seq: number): Promise<void>
  jumpToLatest(): void
  /** This seq was in view: known here at once, told to the server every 2 s at most. */
  seen(seq: number): void
  /** `seq` becomes the first unread message; what is in view stays unread until the room is opened again. */
  markUnread(seq: number): void
  clearDivider(): void
  /** A key was pressed in the composer. */
  typed(): void
  /** The unsent text, kept on disk. */
  composing: { get(): string; set(text: string): void }
  close(): void
}

type NewRoom =
  | { kind: 'public' | 'private'; title: string; topic?: string; memberIds?: string[] }
  | { kind: 'direct'; memberIds: string[] }

/** What is asked over HTTP; a refusal is an answer, nothing here rejects. */
export type Api = {
  publicRooms(q: string): Promise<Answer<Room[]>>
  createRoom(input: NewRoom): Promise<Answer<Room>>
  roomWithMembers(roomId: string): Promise<Answer<{ room: Room; members: Member[] }>>
  changeRoom(roomId: string, change: { title?: string; topic?: string; archived?: boolean }): Promise<Answer<unknown>>
  /** One message, wherever it is in the room's past; refuses with `not-found`. */
  message(roomId: string, seq: number): Promise<Answer<Message>>
  /** The newest pin first. */
  pins(roomId: string): Promise<Answer<Message[]>>
  joinRoom(roomId: string): Promise<Answer<unknown>>
  leaveRoom(roomId: string): Promise<Answer<unknown>>
  putMember(roomId: string, userId: string, role?: Role): Promise<Answer<unknown>>
  removeMember(roomId: string, userId: string): Promise<Answer<unknown>>
  /** What is not named stays as it is. */
  setPreferences(roomId: string, change: Partial<Preferences>): Promise<Answer<Preferences>>
  block(userId: string, on: boolean): Promise<Answer<unknown>>
  findUsers(q: string): Promise<Answer<User[]>>
  devices(): Promise<Answer<Device[]>>
  endDevice(handle: string): Promise<Answer<unknown>>
  /** An empty status says nothing any more. */
  changeMe(change: { displayName?: string; status?: string }): Promise<Answer<User>>
  changePassword(current: string, next: string): Promise<Answer<unknown>>
  cluster(): Promise<Answer<ClusterView>>
  /** Admins only, and where chaos is allowed. */
  order(node: string, verb: OrderVerb): Promise<Answer<unknown>>
  /** Admins only: the nodes that share out their connections. */
  rebalance(): Promise<Answer<string[]>>
}

export type Engine = Api & {
  account: Cell<Account>
  link: Cell<LinkStatus>
  /** The room that moved last comes first. */
  rooms: Cell<readonly RoomSummary[]>
  /** Filled on demand with everybody whose message or membership is loaded. */
  users: Cell<ReadonlyMap<string, User>>
  /** Everything written and not acknowledged, of all rooms, in the order it was written. */
  waiting: Cell<readonly Waiting[]>
  /** Whom we block: what they write is for the UI to hide. */
  blocked: Cell<ReadonlySet<string>>
  /** Both insist for 20 s while the cluster is in trouble: the death of a node under the request is nobody's concern. */
  signUp(input: { username: string; password: string; displayName?: string }): Promise<Answer<User>>
  signIn(input: { username: string; password: string }): Promise<Answer<User>>
  /** Wipes the local disk once the server has ended the session. [S9] */
  signOut(): Promise<Answer<unknown>>
  /** Several handles of one room share its state; each must be closed. Must be signed in. */
  open(roomId: string): RoomHandle
  /** Everything in the room counts as read. */
  markRead(roomId: string): void
  /** The last message counts as unread, also what is in view, until the room is opened again. */
  markUnread(roomId: string): void
  /** The room that was open last, for the next start. */
  lastRoom(): Promise<string | null>
  /** Names for these ids will appear in `users`. */
  needUsers(ids: readonly string[]): void
  /** Tries now what would be tried later: "Try now", `online`, `pageshow`, becoming visible. */
  reconnect(): void
  /** Hands to the disk what would be written in a moment: the page is being left, and may never come back. */
  keep(): void
  close(): void
}
