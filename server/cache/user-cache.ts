/** Records of users by id, cache-aside: one look for all of them, one query for those that are missing. [C6] */
import { randomUUID } from 'node:crypto'
import type { Source } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { Change } from './change.ts'
import type { LeaseCache } from './lease-cache.ts'
import type { Marks } from './marks.ts'
import { jittered, type Kept, type ReadThrough } from './read-through.ts'

type Needs<Person> = {
  leases: Pick<LeaseCache, 'reachable' | 'look' | 'lease' | 'fill' | 'release'>
  marks: Pick<Marks, 'marked'>
  through: ReadThrough
  /** Those of them that exist, in any order. */
  read: (ids: string[]) => Promise<Person[]>
  change: Change
  metrics: Pick<Metrics, 'cacheLooks' | 'cacheFills'>
}

export type UserCache<Person> = {
  /** In no order; ids that do not exist are missing. Rejects only as `read` does. `cache` means that all of them came from it. */
  byIds(ids: readonly string[]): Promise<{ source: Source; users: Person[] }>
  byId(id: string): Promise<{ source: Source; user: Person } | null>
  /** Makes a change of the user's row. When it resolves no cache has the old record, and a death on the way leaves none. [C6] */
  changing<Value>(id: string, work: () => Promise<Value>): Promise<Value>
}

const foundMs = 3_600_000
/** Nobody can be made with an id that was asked for before, but a replica or a restore can bring one. */
const missingMs = 10_000

const keyOf = (id: string) => `{users}:${id}`

export function openUserCache<Person extends { id: string }>(needs: Needs<Person>): UserCache<Person> {
  const { leases, marks, through, change, read, metrics } = needs

  const keptOf = (person: Person | undefined): Kept =>
    person === undefined ? { value: '', ttlMs: missingMs } : { value: JSON.stringify(person), ttlMs: foundMs }

  async function look(ids: string[]): Promise<Map<string, string>> {
    const values = leases.reachable() ? await leases.look(ids.map(keyOf)).catch(() => []) : []
    return new Map(
      ids.flatMap((id, index) => (typeof values[index] === 'string' ? [[id, values[index]] as const] : [])),
    )
  }

  /** Which of these this reader may fill, and which somebody else is just reading. */
  async function leaseAll(ids: string[], token: string) {
    const kinds = await Promise.all(ids.map((id) => leases.lease(keyOf(id), token).then(({ kind }) => kind))).catch(
      () => [],
    )
    return {
      mine: ids.filter((_, index) => kinds[index] === 'leased'),
      others: ids.filter((_, index) => kinds[index] === 'busy' || kinds[index] === 'hit'),
    }
  }

  /** Looks for writers last: one that marks later revokes the lease. [C8] */
  async function fillAll(ids: string[], token: string, people: ReadonlyMap<string, Person>): Promise<void> {
    const isMarked = ids.length === 0 ? [] : await marks.marked(ids.map(keyOf)).catch(() => ids.map(() => true))
    const fills = ids.map(async (id, index) => {
      const { value, ttlMs } = keptOf(people.get(id))
      if (isMarked[index] !== false) return await leases.release(keyOf(id), token).then(() => false)
      return await leases.fill(keyOf(id), token, { value, ttlMs: jittered(ttlMs) })
    })
    for (const { status } of await Promise.allSettled(fills)) {
      metrics.cacheFills.inc({ outcome: status === 'fulfilled' ? 'kept' : 'refused' })
    }
  }

  async function readMissing(ids: string[]): Promise<Person[]> {
    const token = randomUUID()
    const { mine, others } = leases.reachable() ? await leaseAll(ids, token) : { mine: [], others: [] }
    const rest = ids.filter((id) => !others.includes(id))
    const reading = rest.length === 0 ? Promise.resolve([]) : read(rest)
    const people = await reading.catch((fault: unknown) => {
      for (const id of mine) leases.release(keyOf(id), token).catch(() => {}) // it runs out by itself
      throw fault
    })
    await fillAll(mine, token, new Map(people.map((person) => [person.id, person])))
    const load = (id: string) => async () => keptOf((await read([id])).find((person) => person.id === id))
    const waited = await Promise.all(others.map((id) => through(keyOf(id), load(id))))
    return [...people, ...peopleOf(waited.map(({ value }) => value))]
  }

  /** Only what `keptOf` wrote. */
  const peopleOf = (values: Iterable<string>): Person[] =>
    [...values].filter((value) => value !== '').map((value) => JSON.parse(value))

  async function byIds(wanted: readonly string[]): Promise<{ source: Source; users: Person[] }> {
    const ids = [...new Set(wanted)]
    const seen = await look(ids)
    const missing = ids.filter((id) => !seen.has(id))
    metrics.cacheLooks.inc({ outcome: 'hit' }, seen.size)
    if (missing.length > 0) metrics.cacheLooks.inc({ outcome: 'miss' }, missing.length)
    if (missing.length === 0) return { source: 'cache', users: peopleOf(seen.values()) }
    return { source: 'database', users: [...peopleOf(seen.values()), ...(await readMissing(missing))] }
  }

  return {
    byIds,
    async byId(id) {
      const { source, users } = await byIds([id])
      const [user] = users
      return user === undefined ? null : { source, user }
    },
    changing: (id, work) => change(keyOf(id), work),
  }
}
