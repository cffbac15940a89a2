/** How much of something one person, address or socket may do: counted in Redis for all nodes, in memory while it is away. [X3] */
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Redis } from './redis.ts'

/** `points` may be spent in each window of `perSeconds`. `shared: false` counts on this node alone: for what belongs to one socket. */
export type BudgetRow = { points: number; perSeconds: number; shared: boolean }

export const budgetRows = {
  /** By (name, address), so that nobody can lock somebody else out. */
  signIn: { points: 10, perSeconds: 300, shared: true },
  signInAddress: { points: 100, perSeconds: 300, shared: true },
  signUpAddress: { points: 20, perSeconds: 3_600, shared: true },
  password: { points: 10, perSeconds: 300, shared: true },
  /** Messages sent, edited, deleted, reacted to, by user. */
  send: { points: 100, perSeconds: 10, shared: true },
  /** Rooms made, members put, by user. */
  room: { points: 60, perSeconds: 60, shared: true },
  /** Searches and lists, by user. */
  search: { points: 60, perSeconds: 10, shared: true },
  /** Any call, by socket. */
  socketCall: { points: 200, perSeconds: 10, shared: false },
  /** Any request, by user or, signed out, by address. */
  request: { points: 300, perSeconds: 10, shared: false },
} satisfies Record<string, BudgetRow>

export type BudgetName = keyof typeof budgetRows
export type BudgetRows = Record<BudgetName, BudgetRow>

type Needs = { redis: Redis; log: Log; clock: Clock; rows: BudgetRows }

export type Budget = {
  /** Refuses `slow-down` with `retryInMs` when the row's points for `key` are spent; answers within 300 ms, Redis or not. */
  spend(row: BudgetName, key: string, points?: number): Promise<void>
  /** Gives `key` its points back: a right password clears the wrong ones before it. Never throws. */
  forgive(row: BudgetName, key: string): Promise<void>
}

export function openBudget(_needs: Needs): Budget {
  throw new Error('not written yet')
}
