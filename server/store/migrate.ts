/** Brings a database to the newest schema with plain SQL, and keeps the record of it that `prisma migrate` would keep. */
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Log } from '../kit/log.ts'
import { faultOf } from './faults.ts'
import { PrismaClient } from './generated/client.ts'

type Migration = { name: string; sql: string; checksum: string }
type Applied = { migration_name: string; checksum: string; finished_at: Date | null }

/** The number of Prisma's own lock: we and `prisma migrate` keep out of each other's way. */
const lock = 72707369
/** How long to wait while another process migrates. */
const lockMs = 60_000

const table = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`

/**
 * Resolves with the names it applied, in order; any number of processes may ask at once. Each migration is applied whole or
 * not at all. Rejects when one fails, or when one that was applied is not what it was.
 */
export async function migrate({ url, folder, log }: { url: string; folder: string; log: Log }): Promise<string[]> {
  const migrations = await readMigrations(folder)
  // one connection, which holds the lock for all the others
  const pool = {
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 0,
    lock_timeout: lockMs,
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' })
  try {
    await prisma.$executeRawUnsafe(`SELECT pg_advisory_lock(${lock})`)
    await prisma.$executeRawUnsafe(table)
    const pending = pendingOf(migrations, await appliedTo(prisma))
    for (const migration of pending) await apply(prisma, { migration, log })
    return pending.map(({ name }) => name)
  } catch (fault) {
    throw new Error(`unable to migrate; ${reasonOf(fault)}`, { cause: fault })
  } finally {
    await prisma.$disconnect()
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory() && /^\d{14}_\w+$/.test(entry.name))
    .map(({ name }) => name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

function appliedTo(prisma: PrismaClient): Promise<Applied[]> {
  return prisma.$queryRawUnsafe(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  )
}

/** A database may be ahead of us while a newer version is rolled out: what we do not know is left alone. */
function pendingOf(migrations: Migration[], applied: Applied[]): Migration[] {
  const byName = new Map(applied.map((row) => [row.migration_name, row]))
  return migrations.filter(({ name, checksum }) => {
    const row = byName.get(name)
    if (row === undefined) return true
    if (row.finished_at === null) throw new Error(`${name} failed earlier, and nobody said how that was resolved`)
    if (row.checksum !== checksum) throw new Error(`${name} was changed after it was applied`)
    return false
  })
}

/** All statements travel in one message, which makes them and their record one transaction. */
async function apply(prisma: PrismaClient, { migration, log }: { migration: Migration; log: Log }): Promise<void> {
  const { name, sql, checksum } = migration
  try {
    await prisma.$executeRawUnsafe(`${sql}
;INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
VALUES ('${randomUUID()}', '${checksum}', clock_timestamp(), '${name}', 1)`)
  } catch (fault) {
    throw new Error(`${name} failed and was undone: ${reasonOf(fault)}`, { cause: fault })
  }
  log.info({ event: 'migrated', migration: name })
}

const reasonOf = (fault: unknown) =>
  fault instanceof Error && fault.name === 'Error' ? fault.message : faultOf(fault).message
