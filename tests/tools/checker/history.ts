/** What a run leaves behind to be judged: what every client did and saw, what was broken, and what Postgres holds. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Message, Source } from '#protocol/wire.ts'

/** A write under way. `id` is the message's for a send; for a change it names the message it changes. */
export type Operation = {
  op: string
  client: string
  userId: string
  kind: 'send' | 'edit' | 'delete' | 'react'
  roomId: string
  /** Of a send: minted by the client. */
  id?: string
  seq?: number
  body?: string
  /** Of a reaction. */
  emoji?: string
  on?: boolean
}

type Revs = ReadonlyMap<number, number>

/** Times are milliseconds of the run's own clock, the same for all clients. */
export type Event =
  | ({ at: number; type: 'invoked' } & Operation)
  | { at: number; type: 'acknowledged'; op: string; client: string; seq?: number; rev: number }
  | { at: number; type: 'refused'; op: string; client: string; code: RefusalCode; definite: boolean }
  | { at: number; type: 'shown'; client: string; userId: string; message: Message }
  | { at: number; type: 'span'; client: string; roomId: string; base: number; rev: number }
  /** A page of history, asked for at `invokedAt`, with the `rev` of each message by `seq`; `isNewest`: it should reach the head. */
  | {
      at: number
      type: 'page'
      client: string
      roomId: string
      invokedAt: number
      source: Source
      isNewest: boolean
      revs: Revs
    }
  | { at: number; type: 'link'; client: string; isOnline: boolean; node?: string }
  | { at: number; type: 'signed-out'; client: string; userId: string; reason: string }
  | { at: number; type: 'barred'; userId: string; roomId: string | 'all' }
  | { at: number; type: 'admitted'; userId: string; roomId: string }
  | { at: number; type: 'fault'; fault: string; phase: 'begin' | 'end' }
  /** Everybody was silent after a fault until all were right, or, with what was `wrong`, for as long as that may take. */
  | { at: number; type: 'agreed'; fault: string; tookMs: number; wrong: readonly Violation[] }

/** How a client stands after everything was quiet: all it shows of a room, and where it thinks it is. */
export type FinalView = {
  client: string
  userId: string
  roomId: string
  rev: number
  head: number
  unread: number
  messages: readonly Message[]
  /** Ids of who belongs to the room and of who is here, where the client shows them. */
  members?: readonly string[]
  online?: readonly string[]
}

/** What Postgres holds after everything was quiet. */
export type Truth = {
  roomId: string
  rev: number
  head: number
  messages: readonly Message[]
  /** Of every member. */
  lastRead: ReadonlyMap<string, number>
}

export type FinalPage = { client: string; roomId: string; source: Source; messages: readonly Message[] }

export type History = {
  events: readonly Event[]
  finals: readonly FinalView[]
  truths: readonly Truth[]
  /** Ids of all who were connected in the end. */
  present?: readonly string[]
  /** Pages of history read after everything was quiet. */
  pages?: readonly FinalPage[]
  /** How old a page may be when its writer cannot reach the cache; `debtBoundMs` if it is not given. */
  pageLagMs?: number
  /** What the nodes say of the answers that they took from the cache and compared with Postgres. */
  audits?: { compared: number; repaired?: number; stale: number }
}

/** A promise: from a history to what breaks it. */
export type Check = (history: History) => Violation[]

/** One broken promise, with the least of the history that shows it. */
export type Violation = { rule: string; says: string; evidence: readonly unknown[] }

/** Everything of an operation in one place. */
export type OperationRecord = Operation & {
  invokedAt: number
  acknowledged: { at: number; seq?: number; rev: number }[]
  refused: { at: number; code: RefusalCode; definite: boolean }[]
}

/** Operations by their name, in the order they were first invoked. */
export function operationsOf({ events }: History): Map<string, OperationRecord> {
  const records = new Map<string, OperationRecord>()
  for (const event of events) {
    if (event.type === 'invoked') {
      const { at, type: _, ...operation } = event
      if (!records.has(event.op)) {
        records.set(event.op, { ...operation, invokedAt: at, acknowledged: [], refused: [] })
      }
    } else if (event.type === 'acknowledged') {
      const { at, seq, rev } = event
      records.get(event.op)?.acknowledged.push({ at, rev, ...(seq === undefined ? {} : { seq }) })
    } else if (event.type === 'refused') {
      const { at, code, definite } = event
      records.get(event.op)?.refused.push({ at, code, definite })
    }
  }
  return records
}
