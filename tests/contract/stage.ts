/** What the suites of the store play on: a store, people and rooms made on the spot, and short ways to say what happens. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Message, RoomKind } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { BlockBook } from '../../server/store/block-book.ts'
import type { Appended, MessageLog, Outcome, Position, Since, Write } from '../../server/store/message-log.ts'
import type { Caller, RoomBook } from '../../server/store/room-book.ts'
import type { UserBook } from '../../server/store/user-book.ts'

type Store = { log: MessageLog; book: RoomBook; users: UserBook; blocks: BlockBook; close(): Promise<void> }
export type OpenStore = () => Promise<Store>

export const member = (userId: string): Caller => ({ userId, admin: false })
export const admin = (userId: string): Caller => ({ userId, admin: true })

export type Stage = ReturnType<typeof openStage>

/** Opens one store for all tests of the suite that calls this; each test makes the people and rooms it needs. */
export function openStage(open: OpenStore) {
  let store: Store
  let people = 0
  beforeAll(async () => {
    store = await open()
  })
  afterAll(() => store.close())

  async function person(name = `person-${++people}`): Promise<string> {
    return (await store.users.create({ username: name, displayName: name, passwordHash: '-' })).id
  }

  /** Of a direct room, all are plain members; of any other, `owner` owns it. */
  async function room(kind: Exclude<RoomKind, 'thread'>, owner: string, memberIds: string[] = []): Promise<string> {
    const wanted = kind === 'direct' ? { kind, memberIds } : { kind, title: 'A room', memberIds }
    return (await store.book.create(wanted, member(owner))).room.id
  }

  const append = (writes: Write[], patient = true): Promise<Appended> => store.log.append(writes, { patient })

  return {
    log: () => store.log,
    book: () => store.book,
    users: () => store.users,
    blocks: () => store.blocks,
    person,
    room,
    append,
    /** A room since a position, as one user sees it; refuses `not-found` where they may not read. */
    async since({ userId, ...at }: Omit<Position, 'userIds'> & { userId: string }): Promise<Since> {
      const [found] = await store.log.since([{ ...at, userIds: [userId] }])
      if (!found) throw new Refusal('not-found')
      return found
    },
    /** The outcome of one write. */
    async one(write: Write): Promise<Outcome> {
      return must((await append([write])).outcomes[0], 'one write has one outcome')
    },
    /** The messages of a room from its first, at most a hundred. */
    async all(roomId: string, userId: string): Promise<Message[]> {
      return (await store.log.page({ roomId, userId, after: 0, limit: 100 })).messages
    },
  }
}

/** A draft, with the id of its own that a client would mint. */
export function send(roomId: string, authorId: string, body = 'hello', more: { id?: string; replyTo?: number } = {}) {
  return { kind: 'send' as const, roomId, authorId, body, id: randomUUIDv7(), ...more }
}

/** What became of it in one word: `ok`, or the refusal's code. */
export function wordOf(outcome: Outcome | undefined): 'ok' | 'busy' | RefusalCode {
  const { ok, ...rest } = must(outcome, 'there is an outcome')
  if (ok) return 'ok'
  return 'code' in rest ? rest.code : 'busy'
}

/** The same of a call that rejects with its refusal. */
export async function wordFrom(call: Promise<unknown>): Promise<'ok' | RefusalCode> {
  try {
    await call
    return 'ok'
  } catch (fault) {
    if (fault instanceof Refusal) return fault.code
    throw fault
  }
}

export function messageOf(outcome: Outcome | undefined): Message {
  if (outcome?.ok !== true) throw new Error(`unable to find a message; it was ${JSON.stringify(outcome)}`)
  return outcome.message
}
