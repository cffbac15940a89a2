/** What is to happen in one world of a room's history. */
import type { Asked } from '../../server/cache/history-cache.ts'

/** How often each may happen in one run. */
export type Faults = {
  /** The node of a writer dies between two of its steps. */
  kill: number
  /** A writer's node loses the cache alone; it may come back. */
  cut: number
  /** What was sent to the cache arrived, its answer did not. */
  lose: number
  /** A commit whose answer is lost, and which happens only later. */
  late: number
  flush: number
  expire: number
  /** Long enough for leases to run out. */
  time: number
  /** Long enough for a mark that only lingers. */
  moment: number
  /** A node's repair looks after the debts. */
  repair: number
}

export type Plan = {
  /** Messages that are there from the beginning. */
  messages: number
  /** Whether somebody has read it all before. */
  warm: boolean
  /** Each on a node of its own. */
  readers: Asked[]
  /** Each on a node of its own, which writes several one after the other. */
  writers: (Writing | Writing[])[]
  faults?: Partial<Faults>
}

/** `edit` names a seq; all `resend`s are the same draft. */
export type Writing = { edit: number } | 'send' | 'resend'
