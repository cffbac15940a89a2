/** Postgres as simulated nodes meet it: some way off, rooms locked while somebody commits, away at times, and then silent about what it did. */
import { type Clock, pause } from '../../server/kit/clock.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { StoreFault } from '../../server/store/faults.ts'
import type { Appended, MessageLog, Outcome, Write } from '../../server/store/message-log.ts'
import type { MemoryStore } from '../fakes/memory-store.ts'
import type { Seeded } from '../kit/seeded.ts'

type Needs = { store: MemoryStore; clock: Clock; chance: Seeded }

export type SimPostgres = ReturnType<typeof openSimPostgres>

const busy: Outcome = { ok: false, busy: true }
const never = new Promise<never>(() => {})

const outage = (kind: 'away' | 'unknown') =>
  new Refusal('unavailable', { definite: kind === 'away', retryInMs: 500, cause: new StoreFault(kind, 'simulated') })

export function openSimPostgres({ store, clock, chance }: Needs) {
  const locks = new Map<string, Promise<void>>()
  const state: { isAway: boolean } = { isAway: false }
  const travel = () => pause(clock, chance.chance(0.05) ? chance.below(60) : chance.below(3))

  /** What a node asks is done or not, answered or not; a node that died meanwhile learns nothing. */
  async function ask<Value>(isAlive: () => boolean, work: () => Promise<Value>): Promise<Value> {
    await travel()
    if (state.isAway) throw outage('away')
    const value = await work()
    await travel()
    if (!isAlive()) return never
    if (state.isAway) throw outage('unknown')
    return value
  }

  /** The locks are held while the commit is on its way to the disk. */
  async function append(writes: readonly Write[], { patient }: { patient: boolean }): Promise<Appended> {
    const wanted = [...new Set(writes.map(({ roomId }) => roomId))].sort((a, b) => (a < b ? -1 : 1))
    if (patient) for (const roomId of wanted) while (locks.has(roomId)) await locks.get(roomId)
    const free = new Set(wanted.filter((roomId) => !locks.has(roomId)))
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const roomId of free) locks.set(roomId, promise)
    await pause(clock, chance.chance(0.03) ? 300 : 1 + chance.below(8))
    const mine = writes.filter(({ roomId }) => free.has(roomId))
    const isDone = !state.isAway || chance.chance(0.5)
    const appended = isDone ? await store.log.append(mine, { patient: true }) : undefined
    for (const roomId of free) locks.delete(roomId)
    resolve()
    if (appended === undefined) throw outage('unknown')
    const outcomes = new Map(mine.map((write, index) => [write, appended.outcomes[index] ?? busy]))
    return { commits: appended.commits, outcomes: writes.map((write) => outcomes.get(write) ?? busy) }
  }

  /** Every verb of one part of the store, as `ask` has it. */
  function over<Verbs extends object>(isAlive: () => boolean, verbs: Verbs): Verbs {
    const asked = Object.entries(verbs).map(([name, verb]: [string, (...input: unknown[]) => Promise<unknown>]) => [
      name,
      (...input: unknown[]) => ask(isAlive, () => verb(...input)),
    ])
    return Object.fromEntries(asked) as Verbs // the same names, the same signatures
  }

  return {
    state,
    reach(isAlive: () => boolean) {
      const log: MessageLog = {
        ...over(isAlive, store.log),
        append: (writes, options) => ask(isAlive, () => append(writes, options)),
      }
      return { log, book: over(isAlive, store.book), users: over(isAlive, store.users) }
    },
  }
}
