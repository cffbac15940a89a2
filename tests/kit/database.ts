/** Databases of a test's own on the shared Postgres. */
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { runStatement, withDatabase } from '../../infra/local/database.ts'
import { openLog } from '../../server/kit/log.ts'
import { migrate } from '../../server/store/migrate.ts'

export const migrations = new URL('../../prisma/migrations/', import.meta.url).pathname

/** A database nobody else knows, with all migrations applied; it goes when the services do. */
export async function freshDatabase(): Promise<string> {
  const url = await emptyDatabase()
  await migrate({ url, folder: migrations, log: openLog({ node: 'test', level: 'silent', pretty: false }) })
  return url
}

/** The same without a single table. */
export async function emptyDatabase(): Promise<string> {
  const { databaseUrl } = inject('services')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runStatement(withDatabase(databaseUrl, 'postgres'), `CREATE DATABASE ${name}`)
  return withDatabase(databaseUrl, name)
}
