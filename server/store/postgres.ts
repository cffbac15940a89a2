/** The pool of connections to Postgres, behind Prisma; every one is bounded in time, and every outage looks the same. */
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { PrismaClient } from './generated/client.ts'

export type PostgresNeeds = {
  url: string
  poolMax: number
  log: Log
  metrics?: Pick<Metrics, 'outages'>
  clock?: Clock
}

export type Postgres = {
  prisma: PrismaClient
  /** Resolves within a second if Postgres answers, else rejects. */
  ping(): Promise<void>
  close(): Promise<void>
}

export declare function openPostgres(needs: PostgresNeeds): Postgres
