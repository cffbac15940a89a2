/** One batch on its way into Postgres: what came of it is told to each who waits, and one's fault stays its own. */
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { must } from '../kit/must.ts'
import { Refusal } from '../kit/refusal.ts'
import { isDataError, isOutage, isUnknownOutcome } from '../store/faults.ts'
import type { Appended, MessageLog, Outcome, Write } from '../store/message-log.ts'
import type { Announce } from './announce.ts'
import type { Waiting } from './lane-queue.ts'
import type { CachedPages, Row } from './pages.ts'

export type Written = { rev: number; message: Message }

/** A write that waits for its commit; settled exactly once. */
export type Ticket = Waiting & { resolve: (written: Written) => void; reject: (refusal: Refusal) => void }

/** What a batch left behind: writes of rooms that others hold, by room and in order, and those an outage took. */
export type Left = { busy: Map<string, Ticket[]>; failed: Ticket[] }

export type CommitNeeds = {
  log: Pick<MessageLog, 'append'>
  announce: Pick<Announce, 'commit' | 'lost'>
  pages?: Pick<CachedPages, 'mark' | 'drop' | 'dropTails' | 'leaveMarked'>
  clock: Clock
  metrics: Pick<Metrics, 'commits' | 'messages' | 'batchSize' | 'commitSeconds'>
  logger: Log
}

/** What a message weighs in a frame beside its body. */
const wrapBytes = 512

/** What a write takes up in the frame that announces it; of a row that exists nobody knows, and a guess has to do. */
export function frameBytesOf(write: Write): number {
  return wrapBytes + ('body' in write ? Buffer.byteLength(JSON.stringify(write.body)) : limits.bodyLength)
}

/** `definite`: it certainly did not happen. */
export function refuse(tickets: Iterable<Ticket>, { definite, cause }: { definite: boolean; cause: unknown }): void {
  for (const ticket of tickets) ticket.reject(new Refusal('unavailable', { definite, retryInMs: 250, cause }))
}

const isKnown = (outcome: Outcome | undefined) => outcome?.ok === true && outcome.known === true

const roomsOf = (part: Ticket[]) => [...new Set(part.map((ticket) => ticket.write.roomId))]

function rowsOf(part: Ticket[]): Row[] {
  return part.flatMap(({ write }) => (write.kind === 'send' ? [] : [{ roomId: write.roomId, seq: write.seq }]))
}

export function openCommit({ log, announce, pages, clock, metrics, logger }: CommitNeeds) {
  async function append(part: Ticket[], patient: boolean): Promise<Appended> {
    const rows = rowsOf(part)
    const debts = rows.length > 0 && pages !== undefined ? await pages.mark(rows) : [] // [C8]
    const writes = part.map((ticket) => ticket.write)
    const beganAt = clock.ticks()
    const appended = await log.append(writes, debts.length > 0 ? { patient, debts } : { patient })
    metrics.commits.inc()
    metrics.batchSize.observe(part.length)
    metrics.commitSeconds.observe((clock.ticks() - beganAt) / 1000)
    return appended
  }

  function drop(part: Ticket[]): Promise<void> | undefined {
    const rows = rowsOf(part)
    return rows.length > 0 ? pages?.drop(rows) : undefined
  }

  /** What became of each room in the cache and on the wire. A draft that was known may be missing in a tail: its node died. */
  function tell(part: Ticket[], { outcomes, commits }: Appended): Map<string, Promise<unknown>> {
    const dropped = drop(part)
    const told = new Map<string, Promise<unknown>>(
      commits.map((commit) => [commit.roomId, Promise.allSettled([dropped, announce.commit(commit)])]),
    )
    const known = part.filter((_, index) => isKnown(outcomes[index])).map(({ write }) => write.roomId)
    for (const roomId of known)
      if (!told.has(roomId)) told.set(roomId, Promise.allSettled([pages?.dropTails([roomId])]))
    return told
  }

  /** An ack follows the commit and what it did to cached pages [C4]; both have their bound. [A2] */
  function settle(part: Ticket[], appended: Appended, { busy }: Left): void {
    const { outcomes } = appended
    const told = tell(part, appended)
    for (const [index, ticket] of part.entries()) {
      const { roomId, kind } = ticket.write
      const outcome = must(outcomes[index], 'every write has its outcome')
      if (outcome.ok) {
        if (kind === 'send' && !isKnown(outcome)) metrics.messages.inc()
        const { rev, message } = outcome
        void (told.get(roomId) ?? Promise.resolve()).then(() => ticket.resolve({ rev, message }))
      } else if ('busy' in outcome) busy.set(roomId, [...(busy.get(roomId) ?? []), ticket])
      else ticket.reject(new Refusal(outcome.code))
    }
  }

  /** Whatever is not surely undone is of unknown outcome: refused as such, and what exists of it is told. [L4] */
  function fail(part: Ticket[], rest: Ticket[], fault: unknown): Ticket[] {
    const unknown = isUnknownOutcome(fault) || !isOutage(fault)
    logger.warn({ event: 'commit-failed', writes: part.length, unknown, err: fault })
    refuse(part, { definite: !unknown, cause: fault })
    refuse(rest, { definite: true, cause: fault })
    void (unknown ? pages?.leaveMarked(rowsOf(part)) : drop(part)) // it may yet be committed [C8]
    if (unknown) void announce.lost(roomsOf(part))
    return [...part, ...rest]
  }

  /** One that cannot be committed is found by halving and fails alone; the others keep their order. [L8] [L9] */
  function halve(part: Ticket[], fault: unknown): Ticket[][] {
    const [first, second] = part
    void drop(part) // the halves make marks of their own
    if (second !== undefined) return [part.slice(0, part.length >> 1), part.slice(part.length >> 1)]
    first?.reject(new Refusal('bad-input', { cause: fault }))
    return []
  }

  /** Resolves, always, when each ticket is refused, or about to be acked, or left behind. */
  return async function commit(batch: Ticket[], { patient }: { patient: boolean }): Promise<Left> {
    const left: Left = { busy: new Map(), failed: [] }
    const parts = [batch]
    for (let next = parts.shift(); next !== undefined; next = parts.shift()) {
      // what comes after a write of a held room waits with it [L9]
      for (const ticket of next) left.busy.get(ticket.write.roomId)?.push(ticket)
      const part = next.filter((ticket) => !left.busy.has(ticket.write.roomId))
      if (part.length === 0) continue
      try {
        settle(part, await append(part, patient), left)
      } catch (fault) {
        if (isDataError(fault)) parts.unshift(...halve(part, fault))
        else left.failed.push(...fail(part, parts.splice(0).flat(), fault))
      }
    }
    return left
  }
}
