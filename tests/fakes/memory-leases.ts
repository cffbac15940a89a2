/** The lease cache and the marks of writers in memory: the same answers as Redis gives, without waiting. */
import type { Extension, Lease, LeaseCache } from '../../server/cache/lease-cache.ts'
import type { Marks } from '../../server/cache/marks.ts'
import { readLines, writeLines } from '../../server/cache/page-text.ts'
import type { Clock } from '../../server/kit/clock.ts'

type Needs = { clock: Pick<Clock, 'now'>; leaseMs: number; markMs: number }

export type MemoryLeases = LeaseCache &
  Marks & {
    /** Every verb rejects until it is back; what was kept stays. */
    setAway(isAway: boolean): void
    /** As FLUSHALL, or a restart: values and leases are gone; marks are kept elsewhere. */
    flush(): void
    /** As if its time to live were over. */
    expire(key: string): void
    has(key: string): boolean
  }

export function openMemoryLeases({ clock, leaseMs, markMs }: Needs): MemoryLeases {
  const values = new Map<string, { value: string; until: number }>()
  const leases = new Map<string, { token: string; until: number }>()
  const marks = new Map<string, Map<string, number>>()
  let away = false

  function alive<Kept extends { until: number }>(kept: Map<string, Kept>, key: string): Kept | undefined {
    const found = kept.get(key)
    return found !== undefined && found.until > clock.now() ? found : undefined
  }

  const isMarked = (key: string) => [...(marks.get(key)?.values() ?? [])].some((until) => until > clock.now())
  const holds = (key: string, token: string) => alive(leases, key)?.token === token

  function revoke(key: string): void {
    values.delete(key)
    leases.delete(key)
  }

  function lease(key: string, token: string): Lease {
    const found = alive(values, key)
    if (found !== undefined) return { kind: 'hit', value: found.value }
    if (alive(leases, key) !== undefined) return { kind: 'busy' }
    leases.set(key, { token, until: clock.now() + leaseMs })
    return { kind: 'leased' }
  }

  function renew(key: string, token: string): boolean {
    if (!holds(key, token)) return false
    leases.set(key, { token, until: clock.now() + leaseMs })
    return true
  }

  function fill(key: string, token: string, { value, ttlMs }: { value: string; ttlMs: number }): boolean {
    if (!holds(key, token)) return false
    leases.delete(key)
    values.set(key, { value, until: clock.now() + ttlMs })
    return true
  }

  function extend(key: string, { base, rev, head, longest, first, lines }: Extension) {
    leases.delete(key)
    const found = alive(values, key)
    if (found === undefined) return 'absent'
    const tail = readLines(found.value)
    if (tail.rev >= rev) return 'known'
    const follows = tail.rev === base && tail.head + 1 === first
    if (!follows || head - tail.first >= longest) {
      values.delete(key)
      return 'dropped'
    }
    found.value = writeLines({ rev, head, first: tail.first, lines: [...tail.lines, ...lines] })
    return 'extended'
  }

  async function ask<Value>(work: () => Value): Promise<Value> {
    if (away) throw new Error('unable to ask; the cache is away')
    return work()
  }

  return {
    setAway(isAway) {
      away = isAway
    },
    flush() {
      for (const kept of [values, leases]) kept.clear()
    },
    expire: (key) => void values.delete(key),
    has: (key) => alive(values, key) !== undefined,
    reachable: () => !away,
    look: (keys) => ask(() => keys.map((key) => alive(values, key)?.value ?? null)),
    lookBytes: (keys) =>
      ask(() =>
        keys.map((key) => {
          const found = alive(values, key)
          return found === undefined ? null : Buffer.from(found.value)
        }),
      ),
    lease: (key, token) => ask(() => lease(key, token)),
    renew: (key, token) => ask(() => renew(key, token)),
    fill: (key, token, what) => ask(() => fill(key, token, what)),
    release: (key, token) =>
      ask(() => {
        if (holds(key, token)) leases.delete(key)
      }),
    invalidate: (keys) => ask(() => keys.forEach(revoke)),
    mark: (keys, writer) =>
      ask(() => {
        for (const key of keys) marks.set(key, new Map(marks.get(key)).set(writer, clock.now() + markMs))
      }),
    unmark: (keys, writers) =>
      ask(() => {
        for (const key of keys) for (const writer of writers) marks.get(key)?.delete(writer)
      }),
    marked: (keys) => ask(() => keys.map(isMarked)),
    connection: () => (away ? null : 1),
    extend: (key, extension) => ask(() => extend(key, extension)),
    outdate: (key, rev) =>
      ask(() => {
        const found = alive(values, key)
        if (found === undefined || readLines(found.value).rev < rev) revoke(key)
      }),
  }
}
