/** What a commit does to cached history: what it changes is out of the cache before it is acked, and the tail grows in place. [C4] [C8] */
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { HeldMarks } from './held-marks.ts'
import { numberOf, pageKey, tailKey } from './history-keys.ts'
import type { LeaseCache } from './lease-cache.ts'
import { lineOf } from './page-text.ts'

type Row = { roomId: string; seq: number }
type Commit = { roomId: string; base: number; rev: number; head: number; messages: Message[] }

type Needs = {
  leases: Pick<LeaseCache, 'reachable' | 'invalidate' | 'extend' | 'outdate'>
  held: Pick<HeldMarks, 'take' | 'isKeptOut' | 'release' | 'leave' | 'outlast'>
  /** Takes down keys whose invalidation has to wait; never rejects. [C8] */
  owe: (keys: string[]) => Promise<void>
  metrics: Pick<Metrics, 'cacheWrites'>
  log: Log
}

/** Pages a tail may grow over before it is read anew. */
const longestTail = 3 * limits.pageSize

/** No verb throws, rejects, or takes longer than the bounds of the cache and of `owe`: it is for commits, which wait for nobody. */
export type HistoryWrites = {
  /**
   * Before a commit that changes these rows: their pages are neither read nor filled until `drop`, or until the mark runs
   * out. Resolves with the keys that could not be marked, to be recorded in the commit itself. [C8]
   */
  mark(rows: readonly Row[]): Promise<string[]>
  /** After it, once it is known what came of it, before any ack: nothing of those pages is cached, and the marks may go. [C4] */
  drop(rows: readonly Row[]): Promise<void>
  /** In its place after a commit of unknown outcome, which may be yet to come: the marks stay until they run out. [C8] */
  leaveMarked(rows: readonly Row[]): Promise<void>
  /** After a commit, before its ack: the tail has the new messages, or is dropped, by this or by `drop`. [C4] */
  extend(commit: Commit): Promise<void>
  /** After a commit of unknown outcome, and before the ack of a draft that was known: drops the tails of these rooms. */
  dropTails(roomIds: readonly string[]): Promise<void>
  /** Drops tails that have not got as far as their rooms: what repair finds was committed by somebody who died. [A1] */
  outdate(revs: ReadonlyMap<string, { rev: number }>): Promise<void>
}

/** What a commit adds to its room's end; null if it changed anything else: then the tail went with the pages of that. */
function newest({ head, messages }: Commit): { first: number; lines: string[] } | null {
  const first = head + 1 - messages.length
  return messages.every(({ seq }, at) => seq === first + at) ? { first, lines: messages.map(lineOf) } : null
}

/** The tail goes with every page: it may hold the same rows. */
function keysOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ roomId, seq }) => [pageKey(roomId, numberOf(seq)), tailKey(roomId)]))]
}

export function openHistoryWrites({ leases, held, owe, metrics, log }: Needs): HistoryWrites {
  let complaining = false

  function complain(fault: unknown): void {
    metrics.cacheWrites.inc({ outcome: 'failed' })
    if (!complaining) log.warn({ event: 'cache-write-failed', err: fault })
    complaining = true
  }

  function count(outcome: string, by = 1): void {
    metrics.cacheWrites.inc({ outcome }, by)
    complaining = false
  }

  async function dropKeys(keys: string[], drop: () => Promise<void>): Promise<void> {
    if (keys.length === 0) return
    try {
      await drop()
      count('dropped', keys.length)
    } catch (fault) {
      complain(fault)
      await owe(keys)
    }
  }

  async function dropTails(roomIds: readonly string[]): Promise<void> {
    const keys = roomIds.map(tailKey)
    await dropKeys(keys, () => leases.invalidate(keys))
  }

  return {
    async mark(rows) {
      const keys = keysOf(rows)
      try {
        await held.take(keys)
        count('marked', keys.length)
        return []
      } catch (fault) {
        complain(fault)
        return keys
      }
    },

    async drop(rows) {
      const keys = keysOf(rows)
      await dropKeys(keys, async () => {
        try {
          if (!held.isKeptOut(keys)) await leases.invalidate(keys)
        } catch (fault) {
          held.leave(keys)
          throw fault
        }
        held.release(keys)
      })
    },

    async leaveMarked(rows) {
      await held.outlast(keysOf(rows)).catch(complain)
    },

    async extend(commit) {
      const { roomId, base, rev, head } = commit
      try {
        const added = newest(commit)
        if (added === null) return
        if (added.lines.length > longestTail) return await dropTails([roomId])
        count(await leases.extend(tailKey(roomId), { base, rev, head, longest: longestTail, ...added }))
      } catch (fault) {
        complain(fault)
        await owe([tailKey(roomId)])
      }
    },

    dropTails,

    async outdate(revs) {
      if (!leases.reachable()) return
      await Promise.all([...revs].map(([roomId, { rev }]) => leases.outdate(tailKey(roomId), rev))).catch(complain)
    },
  }
}
