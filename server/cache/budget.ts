/** How much of something one person, address or socket may do: counted in Redis for all nodes, in memory while it is away. [X3] */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../kit/clock.ts'
import { Refusal } from '../kit/refusal.ts'
import { openPortions } from './portions.ts'
import type { Redis, RedisClient } from './redis.ts'

/** `points` may be spent in each window of `perMs`, which counts in whole seconds. */
export type BudgetRow = { points: number; perMs: number }

/** Named by what is spent and by whom; the values are config's. `signInName` goes by name *and* address: nobody locks another out. */
type BudgetName =
  | 'signInName'
  | 'signInAddress'
  | 'signUpAddress'
  | 'passwordUser'
  | 'callUser'
  | 'callSocket'
  | 'sendUser'
  | 'createUser'
  | 'changeUser'
  | 'orderUser'
  | 'typingUser'
  | 'connectAddress'

/** A socket lives on one node, so nobody else need count its calls. */
const countedHere = new Set<BudgetName>(['callSocket'])

type Needs = { redis: Redis; clock: Clock; rows: Readonly<Record<BudgetName, Readonly<BudgetRow>>> }

export type Budget = {
  /** Refuses `slow-down` with `retryInMs` when the row's points for `key` are spent. Answers within 250 ms, Redis or not. */
  spend(row: BudgetName, key: string, points?: number): Promise<void>
  /** Gives `key` all its points back: a right password clears the wrong ones before it. Never rejects. */
  forgive(row: BudgetName, key: string): Promise<void>
}

const boundMs = 250

/** Spent so often that a word to Redis for each costs more than what it protects: taken by the handful, this share of the budget, so that nodes hold back little of it from each other. */
const inPortions = new Map<BudgetName, number>([
  ['callUser', 1 / 60],
  ['sendUser', 1 / 12],
])
const largestPortion = 10

export function openBudget({ redis, clock, rows }: Needs): Budget {
  let restUntil = 0

  /** A slow answer costs everybody its bound, so after one the rows count in memory for a second. */
  async function ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>): Promise<Value> {
    try {
      return await redis.ask(what, commands, boundMs)
    } catch (fault) {
      restUntil = clock.ticks() + 1_000
      throw fault
    }
  }

  const storeClient = {
    get isReady() {
      return redis.healthy() && clock.ticks() >= restUntil
    },
    eval: (script: string, options: { keys: string[]; arguments: string[] }) =>
      ask('count a budget', (client) => client.eval(script, options)),
    del: (key: string) => ask('clear a budget', (client) => client.del(key)),
  }

  function openRow(name: BudgetName) {
    const row = {
      keyPrefix: `budget:${name}`,
      points: rows[name].points,
      duration: Math.ceil(rows[name].perMs / 1_000),
    }
    if (countedHere.has(name)) return new RateLimiterMemory(row)
    return new RateLimiterRedis({
      ...row,
      storeClient,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(row),
    })
  }

  const limiters = new Map<BudgetName, RateLimiterRedis | RateLimiterMemory>()
  function limiter(name: BudgetName) {
    const known = limiters.get(name) ?? openRow(name)
    limiters.set(name, known)
    return known
  }

  const portions = new Map<BudgetName, (key: string) => Promise<void>>()
  for (const [name, share] of inPortions) {
    const row = rows[name]
    const size = Math.min(largestPortion, Math.floor(row.points * share))
    const take = (key: string, points: number) => limiter(name).consume(key, points)
    if (size > 1) portions.set(name, openPortions({ clock, size, row, take }))
  }

  return {
    async spend(row, key, points = 1) {
      const portioned = points === 1 ? portions.get(row) : undefined
      try {
        await (portioned === undefined ? limiter(row).consume(key, points) : portioned(key))
      } catch (fault) {
        if (!(fault instanceof RateLimiterRes)) throw fault
        throw new Refusal('slow-down', { retryInMs: Math.max(1, fault.msBeforeNext) })
      }
    },
    async forgive(row, key) {
      await limiter(row)
        .delete(key)
        .catch(() => {}) // the window ends by itself
    },
  }
}
