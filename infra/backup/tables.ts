/** What a database of ours consists of, as Postgres itself tells it: new tables need nothing said here. */
import type { Client } from 'pg'
import type { Header } from './format.ts'

export type Table = { name: string; columns: string[] }

/** Not worth keeping: the epoch changes with every restore, and what the cache is owed ends with the epoch. */
const left = ['_prisma_migrations', 'cache_debts', 'epoch']

/** All tables with rows to keep, those that others refer to first. */
export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; needs: string[] }>(
    `SELECT c.relname AS name,
      (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
      ARRAY(SELECT f.confrelid::regclass::text FROM pg_constraint f
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS needs
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1)
    ORDER BY c.relname`,
    [left],
  )
  const placed: Table[] = []
  const isPlaced = (name: string) => placed.some((table) => table.name === name)
  while (placed.length < rows.length) {
    const next = rows.find(({ name, needs }) => !isPlaced(name) && needs.every(isPlaced))
    if (next === undefined) throw new Error('unable to order the tables; they refer to each other in a circle')
    placed.push({ name: next.name, columns: next.columns })
  }
  return placed
}

/** The migrations the database has; null when it has never had any. */
export async function schemaOf(client: Client): Promise<Header['migrations'] | null> {
  const { rows: found } = await client.query(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS known`)
  if (found[0]?.known !== true) return null
  const { rows } = await client.query<Header['migrations'][number]>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  )
  return rows
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
export const columnsOf = ({ columns }: Pick<Table, 'columns'>) => columns.map(quoted).join(', ')
