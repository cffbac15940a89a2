/** Sessions as Redis holds them: each under its id, and per user an index of ids, so that one's devices can be found. */
import { limits } from '#protocol/limits.ts'
import { type Clock, within } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { Redis, RedisClient } from './redis.ts'
import { openScript } from './script.ts'

type Needs = { redis: Redis; ttlMs: number; clock: Clock; metrics: Pick<Metrics, 'sessionReads' | 'sessionFaults'> }

export const sessionPrefix = 'session:'

const boundMs = 1_500
const keyOf = (sid: string) => sessionPrefix + sid
const indexOf = (userId: string) => `devices:${userId}`

/** Reads a session and prolongs it if that is due, in one step: nothing that ended in between comes back. [S4] [S6] */
const readAndProlong = openScript(`
local text = redis.call('GET', KEYS[1])
if not text then return false end
if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[2]) then return { text, 0 } end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { text, 1 }`)

export function openSessionTable({ redis, ttlMs, clock, metrics }: Needs) {
  /** Sessions under way into the world, by key; only these may be created: a save of any other changes what exists. [S4] */
  const born = new Map<string, { userId: string; sid: string }>()
  /** A session that was prolonged less than this ago is left alone. */
  const prolongEveryMs = Math.min(600_000, ttlMs / 10)

  /** No promise here rejects with anything but a refusal that says "try again". [S3] */
  async function ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>): Promise<Value> {
    if (!redis.healthy()) {
      metrics.sessionFaults.inc()
      throw new Refusal('unavailable', { definite: true, retryInMs: 1_000 })
    }
    try {
      return await within(clock, boundMs, what, commands(redis.client))
    } catch (cause) {
      metrics.sessionFaults.inc()
      throw new Refusal('unavailable', { retryInMs: 1_000, cause })
    }
  }

  /** The index outlives the sessions it names: an entry is scored with the time when its session ends unless prolonged. */
  async function index(client: RedisClient, userId: string, sid: string): Promise<void> {
    const now = clock.now()
    await client
      .multi()
      .zAdd(indexOf(userId), { score: now + ttlMs, value: sid })
      .zRemRangeByScore(indexOf(userId), '-inf', now - 60_000)
      .pExpire(indexOf(userId), ttlMs + 60_000)
      .exec()
  }

  async function read(sid: string): Promise<string | null> {
    return await ask('read a session', async (client) => {
      const answer = await readAndProlong(client, [keyOf(sid)], [String(ttlMs), String(ttlMs - prolongEveryMs)])
      metrics.sessionReads.inc({ outcome: Array.isArray(answer) ? 'found' : 'missing' })
      if (!Array.isArray(answer)) return null
      const text = String(answer[0])
      if (answer[1] === 1) await index(client, JSON.parse(text).userId, sid)
      return text
    })
  }

  async function save(key: string, text: string): Promise<void> {
    const birth = born.get(key)
    await ask('save a session', async (client) => {
      if (birth !== undefined) await index(client, birth.userId, birth.sid)
      await client.set(key, text, {
        expiration: { type: 'PX', value: ttlMs },
        ...(birth === undefined ? { condition: 'XX' } : {}),
      })
    })
  }

  async function remove(userId: string, sids: string[]): Promise<void> {
    await ask('end sessions', (client) => client.multi().del(sids.map(keyOf)).zRem(indexOf(userId), sids).exec())
  }

  return {
    read,
    remove,
    /** What connect-redis needs of a client, and nothing more. */
    storeClient: {
      get: (key: string) => read(key.slice(sessionPrefix.length)),
      set: save,
      del: (keys: string[]) => ask('end a session', (client) => client.del(keys)),
    },
    /**
     * Lets `create` save the session of `sid`, which does not exist yet, as one of the user's. Those used last are kept:
     * signing in over and over fills nobody's memory.
     */
    async bear(sid: string, userId: string, create: () => Promise<void>): Promise<void> {
      born.set(keyOf(sid), { userId, sid })
      try {
        await create()
      } finally {
        born.delete(keyOf(sid))
      }
      const surplus = await ask('count sessions', (client) => client.zRange(indexOf(userId), 0, -limits.devices - 1))
      if (surplus.length > 0) await remove(userId, surplus)
    },
    look: (sids: string[]): Promise<(string | null)[]> =>
      sids.length === 0 ? Promise.resolve([]) : ask('look at sessions', (client) => client.mGet(sids.map(keyOf))),
    /** The user's sessions and their texts; null for one that ended. */
    ofUser: (userId: string): Promise<Map<string, string | null>> =>
      ask('list sessions', async (client) => {
        const sids = await client.zRange(indexOf(userId), 0, -1)
        const texts = sids.length === 0 ? [] : await client.mGet(sids.map(keyOf))
        return new Map(sids.map((sid, at) => [sid, texts[at] ?? null]))
      }),
    forget: (userId: string, sids: string[]) => ask('forget a session', (client) => client.zRem(indexOf(userId), sids)),
  }
}
