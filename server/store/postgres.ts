/** The pool of connections to Postgres, behind Prisma: every one is bounded in time, every outage looks the same. */
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { type Clock, systemClock, within } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import { faultOf, type StoreFault } from './faults.ts'
import { type Prisma, PrismaClient } from './generated/client.ts'

type Needs = {
  url: string
  poolMax: number
  log: Log
  metrics?: Pick<
    Metrics,
    'outages' | 'storeFaults' | 'poolConnections' | 'poolWaiting' | 'pingSeconds' | 'beforeTelling'
  >
  clock?: Clock
}

export type Postgres = {
  /**
   * Runs one piece of work against Postgres. An outage comes out as `Refusal('unavailable')`, definite unless the outcome
   * is unknown; data errors and bugs as `StoreFault`.
   */
  ask<Value>(work: (prisma: PrismaClient) => Promise<Value>): Promise<Value>
  /**
   * The column `answer` of a query's first row, `null` if there is none; the caller vouches for its type. Else as `ask`.
   * The query's text is kept, so whatever varies belongs into its parameters.
   */
  answer<Value>(query: Prisma.Sql): Promise<Value | null>
  /** Resolves within a second if Postgres answers, else rejects. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Bounds of every connection. The last one is ours, not the server's: for a server that says nothing at all. */
const bounds = {
  connectionTimeoutMillis: 2_000,
  lock_timeout: 2_000,
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  query_timeout: 6_000,
  idleTimeoutMillis: 0, // kept: a new connection takes 25 ms for what a used one does in 1
}
/** Rows are found by key here; a plan is kept for long, and may have been made when the tables were still empty. */
const planner = '-c enable_seqscan=off -c random_page_cost=1.1 -c jit=off'
const pingMs = 1_000
const retryInMs = 500
/** One line in this time says that Postgres is in trouble; how much, the counter says. */
const busyLineMs = 1_000

/** Connects when first asked, and again whenever it has to: an outage needs no new `Postgres`. */
export function openPostgres({ url, poolMax, log, metrics, clock = systemClock }: Needs): Postgres {
  const prepared = new Map<string, string>()
  const pool = new Pool({ connectionString: url, max: poolMax, keepAlive: true, options: planner, ...bounds })
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    onPoolError: (fault) => noteFault(faultOf(fault)),
    statementNameGenerator: ({ sql }) => prepared.get(sql) ?? '',
  })
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' })
  let away = false
  let busyToldAt = Number.NEGATIVE_INFINITY

  async function ask<Value>(work: (prisma: PrismaClient) => Promise<Value>): Promise<Value> {
    try {
      const value = await work(prisma)
      noteAway(false)
      return value
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown
      const fault = faultOf(thrown)
      noteFault(fault)
      throw refusalOf(fault) ?? fault
    }
  }

  function noteFault(fault: StoreFault): void {
    metrics?.storeFaults.inc({ kind: fault.kind })
    if (fault.kind === 'away' || fault.kind === 'unknown') noteAway(true, fault)
    else if (fault.kind === 'busy' && clock.ticks() - busyToldAt > busyLineMs) {
      busyToldAt = clock.ticks()
      log.warn({ event: 'postgres-busy', sqlState: fault.sqlState, reason: fault.message })
    }
  }

  function noteAway(isAway: boolean, fault?: StoreFault): void {
    if (isAway === away) return
    away = isAway
    metrics?.outages.set({ service: 'postgres' }, away ? 1 : 0)
    if (away) log.error({ event: 'postgres-away', sqlState: fault?.sqlState, reason: fault?.message })
    else log.info({ event: 'postgres-back' })
  }

  metrics?.outages.set({ service: 'postgres' }, 0)
  metrics?.beforeTelling(() => {
    metrics.poolConnections.set({ state: 'idle' }, pool.idleCount)
    metrics.poolConnections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    metrics.poolWaiting.set(pool.waitingCount)
  })

  return {
    ask,
    async answer<Value>(query: Prisma.Sql) {
      // planned once per connection: for a page, planning costs as much as reading
      if (!prepared.has(query.text)) prepared.set(query.text, `answer_${prepared.size}`)
      const [row] = await ask((prisma) => prisma.$queryRaw<{ answer: Value | null }[]>(query))
      return row?.answer ?? null
    },
    async ping() {
      const askedAt = clock.ticks()
      const answered = ask(async (prisma) => void (await prisma.$queryRaw`SELECT 1`))
      await within(clock, pingMs, 'reach Postgres', answered)
      metrics?.pingSeconds.observe({ service: 'postgres' }, (clock.ticks() - askedAt) / 1_000)
    },
    close: () => prisma.$disconnect(),
  }
}

function refusalOf(fault: StoreFault): Refusal | null {
  if (fault.kind === 'data' || fault.kind === 'bug') return null
  return new Refusal('unavailable', { definite: fault.kind !== 'unknown', retryInMs, cause: fault })
}
