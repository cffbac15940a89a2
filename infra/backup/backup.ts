/** Writes all that Postgres holds into one file, as it stood at one moment, while everybody goes on. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Client } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { Fault } from '../local/fault.ts'
import { endOfRows, formatVersion, type Header } from './format.ts'
import { columnsOf, quoted, schemaOf, tablesOf } from './tables.ts'

type Needs = { client: Client; into: Writable; now: () => Date }

/** Resolves with how many rows it wrote, once all of it is written. */
export async function backup({ client, into, now }: Needs): Promise<number> {
  const gzip = createGzip()
  const written = pipeline(gzip, into)
  const [rows] = await Promise.all([writeAll({ client, into: gzip, now }), written])
  return rows
}

async function writeAll({ client, into, now }: Needs): Promise<number> {
  const say = async (line: object | string) => {
    const text = typeof line === 'string' ? line : JSON.stringify(line)
    if (!into.write(`${text}\n`)) await once(into, 'drain')
  }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY') // one snapshot for all tables
    const migrations = await schemaOf(client)
    if (migrations === null) throw new Fault('unable to back up; this database has no tables of Parley')
    const header: Header = { parley: 'backup', format: formatVersion, takenAt: now().toISOString(), migrations }
    await say(header)
    let rows = 0
    for (const table of await tablesOf(client)) {
      await say({ table: table.name, columns: table.columns })
      const copy = client.query(copyTo(`COPY ${quoted(table.name)} (${columnsOf(table)}) TO STDOUT`))
      for await (const chunk of copy) if (!into.write(chunk)) await once(into, 'drain')
      rows += copy.rowCount
      await say(endOfRows)
    }
    await client.query('COMMIT')
    await say({ rows })
    into.end()
    return rows
  } catch (fault) {
    into.destroy(fault instanceof Error ? fault : new Error(String(fault)))
    throw fault
  }
}
