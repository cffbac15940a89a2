/** Invalidations that are owed to the cache: kept in Postgres, where no death of ours loses them, until somebody can pay. [C8] */
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { LeaseCache } from './lease-cache.ts'

export type Debt = { id: string; key: string }

/** The table of debts, as the store keeps it. */
type DebtBook = {
  owe(keys: string[]): Promise<void>
  /** The oldest ones first. */
  list(limit: number): Promise<Debt[]>
  paid(ids: string[]): Promise<void>
}

type Needs = {
  book: DebtBook
  leases: Pick<LeaseCache, 'reachable' | 'invalidate'>
  metrics: Pick<Metrics, 'cacheDebts'>
  log: Log
}

export type Debts = {
  /** Takes keys down; resolves when that is durable, or did not work and is tried again by `pay`. Never rejects. */
  owe(keys: string[]): Promise<void>
  /** Pays what anybody owes, as far as the cache can be reached from here; for every node's repair. */
  pay(): Promise<void>
}

const atOnce = 500

export function openDebts({ book, leases, metrics, log }: Needs): Debts {
  let noted = new Set<string>()
  let noting: Promise<void> | null = null

  /** Commits come faster than this table takes rows, and owe the same keys again and again: what gathers goes together. */
  async function note(): Promise<void> {
    const keys = noted
    noted = new Set()
    try {
      await book.owe([...keys])
      metrics.cacheDebts.inc({ kind: 'owed' }, keys.size)
    } catch (fault) {
      log.warn({ event: 'debt-not-noted', keys: keys.size, err: fault })
      for (const key of keys) noted.add(key)
    }
  }

  async function owe(keys: string[]): Promise<void> {
    for (const key of keys) noted.add(key)
    if (noting !== null) await noting // it may have begun without these
    if (noted.size === 0) return
    noting ??= note().finally(() => {
      noting = null
    })
    await noting
  }

  return {
    owe,
    async pay() {
      await owe([])
      if (!leases.reachable()) return
      for (let debts = await book.list(atOnce); debts.length > 0; debts = await book.list(atOnce)) {
        await leases.invalidate([...new Set(debts.map(({ key }) => key))])
        await book.paid(debts.map(({ id }) => id))
        metrics.cacheDebts.inc({ kind: 'paid' }, debts.length)
        if (debts.length < atOnce) return
      }
    },
  }
}
