/** What rooms need of the cached pages of history, as promises; the cache keeps them. */
import type { Commit } from '../store/message-log.ts'

export type Row = { roomId: string; seq: number }

/** No verb throws, rejects, or takes longer than its bound: with the cache away, pages are read from Postgres. [C3] */
export type CachedPages = {
  /**
   * Before a commit that changes these rows: their pages are neither read nor filled until `drop`, or until the mark runs
   * out. Resolves with the keys that could not be marked, to be recorded in the commit itself. [C8]
   */
  mark(rows: readonly Row[]): Promise<string[]>
  /** After it, once it is known what came of it, before any ack: drops those pages, mark and all. [C4] */
  drop(rows: readonly Row[]): Promise<void>
  /** In its place after a commit of unknown outcome, which may be yet to come: the marks stay until they run out. [C8] */
  leaveMarked(rows: readonly Row[]): Promise<void>
  /** After a commit, before its ack: the tail has the new messages, or is dropped, by this or by `drop`. [C4] */
  extend(commit: Commit): Promise<void>
  /** After a commit of unknown outcome, and before the ack of a draft that was known: drops the tails of these rooms. */
  dropTails(roomIds: readonly string[]): Promise<void>
  /** Drops tails that have not got as far as their rooms: what was committed by somebody who died since. [A1] */
  outdate(revs: ReadonlyMap<string, { rev: number }>): Promise<void>
}
