/** Cache-aside for one value: a hit answers, a lease reads and fills, everybody else waits a little, and nobody ever fails. [C1] [C3] */
import { randomUUID } from 'node:crypto'
import type { Source } from '#protocol/wire.ts'
import { type Clock, pause } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { LeaseCache } from './lease-cache.ts'
import type { Marks } from './marks.ts'

/** `ttlMs: 0` says that it is not to be kept. */
export type Kept = { value: string; ttlMs: number }
export type Found = { source: Source; value: string }

type Needs = {
  leases: Pick<LeaseCache, 'reachable' | 'look' | 'lease' | 'renew' | 'fill' | 'release'>
  marks: Pick<Marks, 'marked'>
  clock: Clock
  metrics: Pick<Metrics, 'cacheLooks' | 'cacheFills' | 'cacheWaits'>
  /** What this node is known to write: it is marked, so that the cache has not got it and would not take it. [C8] */
  isHeld?: (key: string) => boolean
  /** How long others' reads are waited for, at least: longer than the lease of a dead reader holds, so that its death does not free all. [C1] */
  waitMs?: number
}

/** Resolves with the value as it is or was after the call began; rejects only as `read` does. */
export type ReadThrough = (key: string, read: () => Promise<Kept>) => Promise<Found>

type Flight = { running: Promise<Found>; next: Promise<Found> | null }

/** Well before a lease runs out: a reader that lives keeps its lease, however slow its source is. */
const renewMs = 250
/** A busy loop hears answers late: whoever waits has asked this often, too, before it gives up. */
const leastLooks = 10

/** Up to a tenth shorter, so that what was filled together does not run out together. */
export const jittered = (ttlMs: number) => ttlMs * (1 - Math.random() / 10)

export function openReadThrough({
  leases,
  marks,
  clock,
  metrics,
  isHeld = () => false,
  waitMs = 2_400,
}: Needs): ReadThrough {
  const flights = new Map<string, Flight>()

  async function fromSource(read: () => Promise<Kept>): Promise<Found> {
    return { source: 'database', value: (await read()).value }
  }

  /** Looks for writers last: one that marks later revokes the lease. [C8] */
  async function fill(key: string, token: string, { value, ttlMs }: Kept): Promise<'kept' | 'refused'> {
    try {
      const [isMarked] = await marks.marked([key])
      if (isMarked === false && (await leases.fill(key, token, { value, ttlMs: jittered(ttlMs) }))) return 'kept'
      if (isMarked !== false) await leases.release(key, token)
    } catch {
      leases.release(key, token).catch(() => {})
    }
    return 'refused'
  }

  /** Renews the lease until told to stop, or until it is lost. */
  function hold(key: string, token: string): () => void {
    let isOver = false
    let cancel = clock.after(renewMs, renew)

    function renew(): void {
      const again = () => {
        if (!isOver) cancel = clock.after(renewMs, renew)
      }
      leases.renew(key, token).then((isHeld) => isHeld && again(), again)
    }

    return () => {
      isOver = true
      cancel()
    }
  }

  async function readAndFill(key: string, token: string, read: () => Promise<Kept>): Promise<Found> {
    const letGo = hold(key, token)
    const kept = await read()
      .catch((fault: unknown) => {
        leases.release(key, token).catch(() => {}) // it runs out by itself
        throw fault
      })
      .finally(letGo)
    if (kept.ttlMs > 0) metrics.cacheFills.inc({ outcome: await fill(key, token, kept) })
    else await leases.release(key, token).catch(() => {})
    return { source: 'database', value: kept.value }
  }

  /** The lease, once nobody else has it; null when the cache is no help now. */
  async function waitForLease(key: string, token: string): Promise<string | 'leased' | null> {
    const until = clock.ticks() + waitMs
    let nextMs = 4
    for (let looks = 1; ; looks += 1) {
      const lease = await leases.lease(key, token)
      if (lease.kind === 'hit') return lease.value
      if (lease.kind === 'leased') return 'leased'
      if (looks >= leastLooks && clock.ticks() > until) return null
      metrics.cacheWaits.inc()
      await pause(clock, nextMs * (0.75 + Math.random() / 2))
      nextMs = Math.min(nextMs * 2, 64)
    }
  }

  async function fly(key: string, read: () => Promise<Kept>): Promise<Found> {
    const token = randomUUID()
    const seen = await seek(key, token)
    metrics.cacheLooks.inc({ outcome: seen.kind })
    if (seen.kind === 'hit') return { source: 'cache', value: seen.value }
    return seen.kind === 'leased' ? await readAndFill(key, token, read) : await fromSource(read)
  }

  async function seek(
    key: string,
    token: string,
  ): Promise<{ kind: 'hit'; value: string } | { kind: 'leased' | 'busy' | 'away' | 'held' }> {
    if (!leases.reachable()) return { kind: 'away' }
    if (isHeld(key)) return { kind: 'held' }
    try {
      const [value] = await leases.look([key])
      const found = value ?? (await waitForLease(key, token))
      if (found === null) return { kind: 'busy' }
      return found === 'leased' ? { kind: 'leased' } : { kind: 'hit', value: found }
    } catch {
      return { kind: 'away' }
    }
  }

  function start(key: string, read: () => Promise<Kept>): Promise<Found> {
    const flight: Flight = { running: fly(key, read), next: null }
    flights.set(key, flight)
    const land = () => {
      if (flight.next === null) flights.delete(key)
    }
    flight.running.then(land, land)
    return flight.running
  }

  return async (key, read) => {
    const flight = flights.get(key)
    if (flight === undefined) return await start(key, read)
    if (flight.next === null) {
      // what is under way may have looked before a write that this reader knows of: it takes the next one
      const begin = () => start(key, read)
      flight.next = flight.running.then(begin, begin)
      return await flight.next
    }
    // a refusal is its reader's alone: another one may be told
    return await flight.next.catch((fault: unknown) => {
      if (fault instanceof Refusal && fault.code !== 'unavailable') return fromSource(read)
      throw fault
    })
  }
}
