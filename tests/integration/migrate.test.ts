/** The migration runner: once each, whole or not at all, whoever else runs it. */
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { migrate } from '../../server/store/migrate.ts'
import { emptyDatabase, freshDatabase, migrations } from '../kit/database.ts'
import { openStore, silent } from '../kit/open-store.ts'

const names = (await readdir(migrations)).filter((name) => /^\d/.test(name)).sort((a, b) => (a < b ? -1 : 1))

async function folderWith(extra: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(migrations, folder, { recursive: true })
  for (const [name, sql] of Object.entries(extra)) {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'migration.sql'), sql)
  }
  return folder
}

/** Rows of one query against a database. */
async function rows<Row>(url: string, query: string): Promise<Row[]> {
  const store = openStore(url, 1)
  try {
    return await store.postgres.ask((prisma) => prisma.$queryRawUnsafe<Row[]>(query))
  } finally {
    await store.close()
  }
}

test('any number of processes may migrate at once: each migration is applied once, and one epoch is named', async () => {
  const url = await emptyDatabase()
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate({ url, folder: migrations, log: silent })))
  expect(runs.flat()).toEqual(names)
  expect(await migrate({ url, folder: migrations, log: silent })).toEqual([])
  expect(await rows(url, 'SELECT value FROM epoch')).toHaveLength(1)
  const other = await freshDatabase()
  expect(await rows(other, 'SELECT value FROM epoch')).not.toEqual(await rows(url, 'SELECT value FROM epoch'))
})

test('the record is the one Prisma keeps', async () => {
  const url = await freshDatabase()
  const kept = await rows(
    url,
    `SELECT migration_name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS done, rolled_back_at
      FROM _prisma_migrations ORDER BY migration_name`,
  )
  const checksums = names.map(async (name) =>
    createHash('sha256')
      .update(await readFile(join(migrations, name, 'migration.sql')))
      .digest('hex'),
  )
  const wanted = (await Promise.all(checksums)).map((checksum, n) => ({
    migration_name: names[n],
    checksum,
    steps: 1,
    done: true,
    rolled_back_at: null,
  }))
  expect(kept).toEqual(wanted)
})

test('a migration that fails is named with its reason and leaves nothing half done; repaired, it goes on from there', async () => {
  const url = await freshDatabase()
  const good = { '20990101000000_first': 'CREATE TABLE first (id INT); CREATE INDEX ON first (id);' }
  const bad = { '20990102000000_second': 'CREATE TABLE second (id INT); SELECT 1 / 0; CREATE TABLE third (id INT)' }
  const broken = await folderWith({ ...good, ...bad })
  const failing = migrate({ url, folder: broken, log: silent })
  await expect(failing).rejects.toThrow(/20990102000000_second failed and was undone: .*division by zero/)
  const tables = `SELECT tablename AS name FROM pg_tables WHERE tablename IN ('first', 'second', 'third')`
  expect(await rows(url, tables)).toEqual([{ name: 'first' }])
  const repaired = await folderWith({ ...good, '20990102000000_second': 'CREATE TABLE second (id INT) -- no more' })
  expect(await migrate({ url, folder: repaired, log: silent })).toEqual(['20990102000000_second'])
})

test('a migration that was changed after it was applied is refused; one we do not know is left alone', async () => {
  const url = await freshDatabase()
  const first = must(names[0], 'there are migrations')
  const changed = await folderWith({ [first]: '-- something else' })
  await expect(migrate({ url, folder: changed, log: silent })).rejects.toThrow(
    `${first} was changed after it was applied`,
  )
  const newer = await folderWith({ '20990101000000_newer': 'CREATE TABLE newer (id INT)' })
  await migrate({ url, folder: newer, log: silent })
  expect(await migrate({ url, folder: migrations, log: silent })).toEqual([])
})

test('a database that is not there is said so, not waited for', async () => {
  const url = new URL(await emptyDatabase())
  url.port = '1'
  await expect(migrate({ url: url.href, folder: migrations, log: silent })).rejects.toThrow(
    /unable to migrate; .*reach/,
  )
})
