/** What Postgres itself says it was asked: its log of statements, for proof that a node cannot talk its own numbers down. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openLog } from '../../server/kit/log.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { eventually } from './eventually.ts'

type Needs = { databaseUrl: string; logs: string }

export type StatementLog = {
  /** How often a statement with these words was begun with this parameter since the log was opened. */
  count(words: string, parameter: string): Promise<number>
  /** The text of every statement begun since the log was opened. */
  statements(): Promise<string[]>
  /** Statements that wait for a lock right now. */
  waiting(words: string): Promise<number>
  /** Holds a table, so that whoever reads it waits, until `release`. */
  hold(table: 'messages'): Promise<{ release(): Promise<void> }>
  /** Also lets Postgres be silent again. */
  close(): Promise<void>
}

/** Resolves when every connection, also one that is open already, is logged. */
export async function openStatementLog({ databaseUrl, logs }: Needs): Promise<StatementLog> {
  const path = join(logs, 'postgres.log')
  const log = openLog({ node: 'statement-log', level: 'silent', pretty: false })
  const postgres = openPostgres({ url: databaseUrl, poolMax: 3, log })
  const run = (sql: string) => postgres.ask((prisma) => prisma.$executeRawUnsafe(sql))
  const { size: from } = await stat(path)
  const entries = async () =>
    (await readFile(path))
      .subarray(from)
      .toString('utf8')
      .split(/\n(?=\d{4}-\d\d-\d\d )/)

  await run(`ALTER SYSTEM SET log_statement = 'all'`)
  await run('SELECT pg_reload_conf()')
  await eventually(async () => {
    await run('SELECT 1 AS "is it logged"')
    return (await entries()).some((entry) => entry.includes('is it logged'))
  })

  return {
    async count(words, parameter) {
      const all = await entries()
      // the parameters of a statement are the entry after it
      return all.filter((entry, at) => entry.includes(words) && all[at + 1]?.includes(parameter)).length
    },
    async statements() {
      const begun = /\b(?:execute [^:]+|statement): ([\s\S]*)/
      return (await entries()).flatMap((entry) => begun.exec(entry)?.[1] ?? [])
    },
    waiting: (words) =>
      postgres.ask(async (prisma) => {
        const rows = await prisma.$queryRaw<unknown[]>`
          SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE ${`%${words}%`}`
        return rows.length
      }),
    async hold(table) {
      const held = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      const holding = postgres.ask((prisma) =>
        prisma.$transaction(async (transaction) => {
          await transaction.$executeRawUnsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
          held.resolve()
          await released.promise
        }),
      )
      await Promise.race([held.promise, holding])
      return {
        async release() {
          released.resolve()
          await holding
        },
      }
    },
    async close() {
      await run('ALTER SYSTEM RESET log_statement')
      await run('SELECT pg_reload_conf()')
      await postgres.close()
    },
  }
}
