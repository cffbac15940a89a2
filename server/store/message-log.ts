/** The one way messages enter and leave Postgres: a commit is one call, an answer is one snapshot. [R1] [R9] */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Member, Message, Room } from '#protocol/wire.ts'
import { must } from '../kit/must.ts'
import { Refusal } from '../kit/refusal.ts'
import type { Prisma } from './generated/client.ts'
import { namesIn } from './mentions.ts'
import { appendQuery, changesQuery, findQuery, pageQuery, pinsQuery, revsQuery, sinceQuery } from './message-queries.ts'
import type { Postgres } from './postgres.ts'

/** A message on its way into a room; `@names` in the body are resolved to members by the commit. */
export type Send = { kind: 'send'; roomId: string; id: string; authorId: string; body: string; replyTo?: number }

/** A change of a message that exists. `admin` says whether the caller is one of `ADMINS`. */
export type MessageChange =
  | { kind: 'edit'; roomId: string; seq: number; userId: string; admin: boolean; body: string; onRev?: number }
  | { kind: 'delete'; roomId: string; seq: number; userId: string; admin: boolean }
  | { kind: 'react'; roomId: string; seq: number; userId: string; emoji: string; on: boolean }
  | { kind: 'pin'; roomId: string; seq: number; userId: string; on: boolean }

export type Write = Send | MessageChange

/**
 * What became of one write. `rev` is the one it took (of a no-op: the message's own); `message` is its state after the
 * commit. `known`: the draft had been committed before, by an earlier call or an earlier place in this one. [L3]
 * `busy`: somebody else holds the room, nothing was tried; only when not patient.
 */
export type Outcome =
  | { ok: true; rev: number; message: Message; known?: true }
  | { ok: false; code: RefusalCode }
  | { ok: false; busy: true }

/** The span (base, rev] that one call added to a room: the new state of what it changed, in ascending `seq`. */
export type Commit = { roomId: string; base: number; rev: number; head: number; messages: Message[] }

/** `outcomes` stand in the order of the writes; `commits` name the rooms that really moved. */
export type Appended = { outcomes: Outcome[]; commits: Commit[] }

/** Exactly one of `before`, `after`, `around`, or none for the newest; `limit` up to `limits.pageMax`. */
export type StoredPageInput = {
  roomId: string
  userId: string
  before?: number
  after?: number
  around?: number
  limit: number
}

/** Messages in ascending `seq`, as they stood at `rev`. */
type StoredPage = { rev: number; head: number; messages: Message[] }

/** Where somebody stands in a room, and who else stands there. */
export type Position = { roomId: string; userIds: readonly string[]; rev: number; limit: number }

/**
 * A room as seen from a position. `members` is there when membership changed after it (always, if the position cannot
 * be served: rev 0, beyond the room's, too far back), as long as the room has at most `limits.membersListed` of them; and
 * always in a room of up to `limits.readShown`, where people see how far the others have read, which raises no rev.
 */
export type Since = {
  rev: number
  head: number
  room: Room
  /** Who of those that were asked for may read, as of the same moment. */
  readers: string[]
  messages: Message[] | 'too-many'
  members?: Member[]
}

/**
 * A span (from, rev] to push: at most `limit` messages, then `rev` stands lower than the room's and the rest follows from
 * there. `room` is there when the room itself or its members changed after `from`; `membersMoved` says the latter, whose
 * joined and left only a resume can tell.
 */
type Stretch = { rev: number; head: number; messages: Message[]; room?: Room; membersMoved: boolean }

export type MessageLog = {
  /**
   * Commits what can be committed, each write on its own merits, and resolves when it is durable. [L2] [L3] [M1]
   * `patient` waits for rooms that others hold (at most the lock timeout); otherwise their writes come back `busy`.
   * `debts` are cache keys to be recorded in the same transaction. [C8]
   * Rejects as a whole, and then nothing happened unless `isUnknownOutcome`: `isDataError` (split the batch [L8]), or an outage.
   */
  append(writes: readonly Write[], options: { patient: boolean; debts?: readonly string[] }): Promise<Appended>
  /** Which of these ids the room has, in ascending `seq`: the read-back of an unknown outcome. [L4] */
  find(roomId: string, ids: readonly string[]): Promise<Message[]>
  /** Refuses `not-found` where the caller may not read. [X5] */
  page(input: StoredPageInput): Promise<StoredPage>
  /** What is pinned, the newest pin first, `limits.pins` at most. Refuses `not-found` where the caller may not read. [X5] */
  pins(at: { roomId: string; userId: string }): Promise<Message[]>
  /**
   * For each position, in the same order: everything later than `rev`, or `too-many` if that is over `limit`; null where none
   * of `userIds` may read. [R9] [X5]
   */
  since(positions: readonly Position[]): Promise<(Since | null)[]>
  /** Rooms that do not exist are missing from the answer. */
  revs(roomIds: readonly string[]): Promise<Map<string, { rev: number; head: number }>>
  /** For the node itself, no caller's right is looked at; `null` if there is no such room. [A1] */
  changes(input: { roomId: string; from: number; limit: number }): Promise<Stretch | null>
  /** The name of this incarnation of the database. [R5] */
  epoch(): Promise<string>
}

export function openMessageLog({ postgres }: { postgres: Pick<Postgres, 'ask' | 'answer'> }): MessageLog {
  async function readable<Answer>(query: Prisma.Sql): Promise<Answer> {
    const answer = await postgres.answer<Answer>(query)
    if (answer === null) throw new Refusal('not-found') // [X5]
    return answer
  }

  return {
    async append(writes, { patient, debts = [] }) {
      const answer = await postgres.answer<AppendAnswer>(appendQuery(writes.map(rowOf), { patient, debts }))
      return appendedOf(writes, must(answer, 'append always answers'))
    },
    async find(roomId, ids) {
      return (await postgres.answer<Message[]>(findQuery(roomId, ids))) ?? []
    },
    page: (input) => readable(pageQuery(input)),
    pins: (at) => readable(pinsQuery(at)),
    async since(positions) {
      const answers = await postgres.answer<(SinceAnswer | null)[]>(sinceQuery(positions))
      return (answers ?? []).map((answer) => {
        if (answer === null) return null // [X5]
        const { members, messages, ...since } = answer
        return { ...since, messages: messages ?? 'too-many', ...(members === null ? {} : { members }) }
      })
    },
    async revs(roomIds) {
      const rows = await postgres.answer<[id: string, rev: number, head: number][]>(revsQuery(roomIds))
      return new Map(rows?.map(([id, rev, head]) => [id, { rev, head }]))
    },
    async changes({ roomId, from, limit }) {
      const answer = await postgres.answer<ChangesAnswer>(changesQuery({ roomId, from, limit }))
      if (answer === null) return null
      const { room, messages, ...stretch } = answer
      const taken = messages.slice(0, limit)
      const rev = messages.length > limit ? (taken.at(-1)?.rev ?? from) : stretch.rev
      return {
        ...stretch,
        rev,
        messages: taken.sort((one, other) => one.seq - other.seq),
        ...(room === null ? {} : { room }),
      }
    },
    async epoch() {
      return (await postgres.ask((prisma) => prisma.epoch.findFirstOrThrow())).value
    },
  }
}

type SinceAnswer = Omit<Since, 'messages' | 'members'> & { messages: Message[] | null; members: Member[] | null }

/** One message more than asked for tells that there is more. */
type ChangesAnswer = Omit<Stretch, 'room'> & { room: Room | null }

/** A write as the SQL function `append` takes it. */
function rowOf(write: Write, n: number) {
  const mentions = 'body' in write ? namesIn(write.body) : []
  return mentions.length === 0 ? { n, ...write } : { n, ...write, mentions }
}

/** What the SQL function `append` says of write number `n`; a new message is not repeated there. */
type Answer = [n: number, verdict: 'new' | 'known' | 'copy' | 'same' | 'busy' | RefusalCode, message?: Message | null]
type AppendAnswer = {
  sent: { messages: Message[] | null; answers: Answer[] | null } | null
  changed: Answer[] | null
  commits: Omit<Commit, 'messages'>[] | null
}

/** Puts the answers in the order of the writes, and the last state of what changed into its room's commit. */
function appendedOf(writes: readonly Write[], { sent, changed, commits }: AppendAnswer): Appended {
  const answers = new Map([...(sent?.answers ?? []), ...(changed ?? [])].map((answer) => [answer[0], answer]))
  const fresh = new Map(sent?.messages?.map((message) => [`${message.roomId} ${message.id}`, message]))
  const states = new Map([...fresh.values()].map((message) => [placeOf(message), message]))
  for (const [, verdict, message] of changed ?? [])
    if (verdict === 'new' && message) states.set(placeOf(message), message)

  function outcomeOf(write: Write, n: number): Outcome {
    const [, verdict, told] = answers.get(n) ?? [n, 'new']
    if (verdict === 'busy') return { ok: false, busy: true }
    if (verdict !== 'new' && verdict !== 'known' && verdict !== 'copy' && verdict !== 'same') {
      return { ok: false, code: verdict }
    }
    const written = told ?? (write.kind === 'send' ? fresh.get(`${write.roomId} ${write.id}`) : undefined)
    const message = must(written, 'a write that was taken has its message')
    const known = verdict === 'known' || verdict === 'copy' ? { known: true as const } : {}
    return { ok: true, rev: message.rev, message: states.get(placeOf(message)) ?? message, ...known }
  }

  const byRoom = Map.groupBy(states.values(), (message) => message.roomId)
  return {
    outcomes: writes.map(outcomeOf),
    commits: (commits ?? []).map((commit) => ({
      ...commit,
      messages: (byRoom.get(commit.roomId) ?? []).sort((one, other) => one.seq - other.seq),
    })),
  }
}

const placeOf = ({ roomId, seq }: Pick<Message, 'roomId' | 'seq'>) => `${roomId} ${seq}`
