/**
 * Values that cannot be stale: who misses takes a lease, and only an unrevoked lease may fill. After the leases of Nishtala
 * et al., "Scaling Memcache at Facebook" (NSDI 2013). [C1] [C2]
 */
import { RESP_TYPES } from 'redis'
import type { Clock } from '../kit/clock.ts'
import { byHashTag } from './hash-tags.ts'
import type { Instance } from './instance.ts'
import { leaseScripts as scripts } from './lease-scripts.ts'
import { followingLines } from './page-text.ts'
import { openPatience } from './patience.ts'
import type { Redis, RedisClient } from './redis.ts'
import type { Script } from './script.ts'

/** `leased`: read the source, then `fill` or `release`. `busy`: somebody else is reading. */
export type Lease = { kind: 'hit'; value: string } | { kind: 'leased' | 'busy' }

/** What one commit adds to a tail of up to `longest` messages: `lines[0]` is the message `first`. */
export type Extension = {
  base: number
  rev: number
  head: number
  longest: number
  first: number
  lines: readonly string[]
}

/** `known`: the value already reflects it. `dropped`: it was not at `base`, or would grow too long. */
type Extended = 'extended' | 'known' | 'dropped' | 'absent'

/** Every verb rejects within its bound when the cache cannot be reached, and then may have happened or not. [C3] */
export type LeaseCache = {
  /** Whether asking is worth it at all. */
  reachable(): boolean
  /** The values, null for a miss; keys of one call share a hash tag. */
  look(keys: readonly string[]): Promise<(string | null)[]>
  /** The same as UTF-8, for whoever passes them on: a page that becomes text and bytes again costs half of what it costs at all. */
  lookBytes(keys: readonly string[]): Promise<(Buffer | null)[]>
  lease(key: string, token: string): Promise<Lease>
  /** Holds the lease for as long again; false if it had been revoked or had run out. */
  renew(key: string, token: string): Promise<boolean>
  /** Gives the lease back with what was read; false if it had been revoked or had run out, and nothing was kept. [C2] */
  fill(key: string, token: string, what: { value: string; ttlMs: number }): Promise<boolean>
  release(key: string, token: string): Promise<void>
  /** Deletes the values and revokes the leases under way. */
  invalidate(keys: readonly string[]): Promise<void>
  /** Adds to a tail in place if it is exactly at `base`, else drops it; leases under way are revoked in any case. [C4] */
  extend(key: string, extension: Extension): Promise<Extended>
  /** Drops a tail that is older than `rev`. */
  outdate(key: string, rev: number): Promise<void>
}

type Needs = { redis: Redis; clock: Clock; instance: Pick<Instance, 'scope' | 'hasRoomFor'>; options?: LeaseOptions }

type LeaseOptions = {
  /** Longer than it takes to renew it, shorter than the others are willing to wait: so long a dead reader is waited for. */
  leaseMs: number
  boundMs: number
  restMs: number
}

const asBytes = { [RESP_TYPES.BLOB_STRING]: Buffer }

const defaults: LeaseOptions = { leaseMs: 800, boundMs: 150, restMs: 500 }

/** Keys carry the instance's run and the epoch: what was kept in another one is never found again. [C9] */
export function openLeaseCache({ redis, clock, instance, options = defaults }: Needs): LeaseCache {
  const { boundMs, restMs, leaseMs } = options
  const patience = openPatience({ redis, clock, boundMs, restMs })

  const bytes = redis.client.withTypeMapping(asBytes) // the same connection
  const valueKey = (key: string) => `cache:${instance.scope()}:${key}`

  function keysOf(key: string): string[] {
    const value = valueKey(key)
    return [value, `${value}:lease`]
  }

  async function ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>): Promise<Value> {
    if (instance.scope() === '') throw new Error(`unable to ${what}; it is not known yet which redis this is`)
    return await patience.ask(what, commands)
  }

  const run = (what: string, script: Script, work: { key: string; value: string }) =>
    ask(what, async (client) => void (await script(client, keysOf(work.key), [work.value])))

  return {
    reachable: () => instance.scope() !== '' && patience.willing(),
    look: (keys) => ask('look into the cache', (client) => client.mGet(keys.map(valueKey))),
    lookBytes: (keys) => ask('look into the cache', () => bytes.mGet(keys.map(valueKey))),
    lease: (key, token) =>
      ask('lease a cached value', async (client) => {
        const answer = await scripts.lease(client, keysOf(key), [token, String(leaseMs)])
        const [kind, value] = Array.isArray(answer) ? answer : []
        if (kind === 'hit') return { kind, value: String(value) }
        return { kind: kind === 'leased' ? kind : 'busy' }
      }),
    renew: (key, token) =>
      ask(
        'renew a lease',
        async (client) => (await scripts.renew(client, keysOf(key), [token, String(leaseMs)])) === 1,
      ),
    fill: (key, token, { value, ttlMs }) =>
      ask('fill the cache', async (client) => {
        if (!instance.hasRoomFor(value.length))
          return await scripts.release(client, keysOf(key), [token]).then(() => false)
        return (await scripts.fill(client, keysOf(key), [token, value, String(Math.ceil(ttlMs))])) === 1
      }),
    release: (key, token) => run('release a lease', scripts.release, { key, value: token }),
    invalidate: (keys) =>
      ask('invalidate cached values', async (client) => {
        // a deleted value without a deleted lease would let a reader who is under way bring it back [C2]
        await Promise.all(byHashTag(keys).map((together) => client.del(together.flatMap(keysOf))))
      }),
    outdate: (key, rev) => run('drop an old tail', scripts.outdate, { key, value: String(rev) }),
    extend: (key, { base, rev, head, longest, first, lines }) =>
      ask('extend a cached tail', async (client) => {
        const numbers = [base, rev, head, longest, first].map(String)
        const answer = await scripts.extend(client, keysOf(key), [...numbers, followingLines(lines)])
        return answer === 'extended' || answer === 'known' || answer === 'dropped' ? answer : 'absent'
      }),
  }
}
