/** Puts a backup in the place of what a database holds: all of it or nothing, under another epoch. [R5] */
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Fault } from '../local/fault.ts'
import { endOfRows, type Header, linesOf, readHeader, readPart } from './format.ts'
import { columnsOf, quoted, schemaOf, type Table, tablesOf } from './tables.ts'

type Needs = {
  client: Client
  from: Readable
  /** Whether what is there may go. */
  replace: boolean
}

/** Nodes that write hold the same rows in another order: whoever is chosen to give way tries again. */
const lockAttempts = 20
const batchBytes = 64 * 1024

/** Resolves with how many rows there are now; rejects with nothing changed. */
export async function restore({ client, from, replace }: Needs): Promise<number> {
  const unzipped = createGunzip()
  const read = pipeline(from, unzipped)
  read.catch(() => {}) // whoever reads the lines hears of it
  const lines = linesOf(unzipped)
  try {
    const header = readHeader(await nextOf(lines))
    await assertSchema(client, header)
    const tables = await tablesOf(client)
    if (!replace && (await holdsAnything(client, tables)))
      throw new Fault('unable to restore; this database is not empty: say --replace to throw away what it holds')
    await begin(client, tables)
    const rows = await fill({ client, lines, tables })
    await client.query('UPDATE epoch SET value = gen_random_uuid()::text')
    await client.query('COMMIT')
    await client.query('ANALYZE')
    return rows
  } catch (fault) {
    await client.query('ROLLBACK').catch(() => {})
    throw fault instanceof Error && 'code' in fault && String(fault.code).startsWith('Z_')
      ? new Fault(`unable to read the file; it is damaged or no backup (${fault.message})`)
      : fault
  } finally {
    unzipped.destroy()
  }
}

async function nextOf(lines: AsyncGenerator<Buffer>): Promise<string> {
  const { value, done } = await lines.next()
  if (done === true) throw new Fault('unable to read the file; it breaks off')
  return value.toString()
}

/** Rows of another schema would fit badly, or worse, well. */
async function assertSchema(client: Client, { migrations }: Header): Promise<void> {
  const here = (await schemaOf(client)) ?? []
  const told = (list: Header['migrations']) => list.map(({ name, checksum }) => `${name} ${checksum}`)
  const [ours, theirs] = [told(here), told(migrations)]
  if (ours.join() === theirs.join()) return
  const only = (list: string[], other: string[]) =>
    list.filter((one) => !other.includes(one)).map((one) => one.split(' ')[0])
  throw new Fault(
    [
      'unable to restore; the file is of another schema than the database:',
      `  only in the file: ${only(theirs, ours).join(', ') || 'nothing'}`,
      `  only in the database: ${only(ours, theirs).join(', ') || 'nothing'}`,
      'restore it with the version that made it, and upgrade then',
    ].join('\n'),
  )
}

async function holdsAnything(client: Client, tables: Table[]): Promise<boolean> {
  const any = tables.map(({ name }) => `EXISTS (SELECT FROM ${quoted(name)})`).join(' OR ')
  return (await client.query(`SELECT ${any} AS any`)).rows[0]?.any === true
}

/** From here on nobody else reads or writes until it is over; what is there is gone, should it be committed. */
async function begin(client: Client, tables: Table[]): Promise<void> {
  const names = [...tables.map(({ name }) => name), 'cache_debts', 'epoch'].map(quoted)
  const emptied = names.filter((name) => name !== quoted('epoch'))
  for (let attempt = 1; ; attempt++) {
    await client.query('BEGIN')
    try {
      await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS EXCLUSIVE MODE`)
      break
    } catch (fault) {
      const isDeadlock = fault instanceof Error && 'code' in fault && fault.code === '40P01'
      if (!isDeadlock || attempt === lockAttempts) throw fault
      await client.query('ROLLBACK')
    }
  }
  await client.query(`TRUNCATE ${emptied.join(', ')}`)
}

type Filling = { client: Client; lines: AsyncGenerator<Buffer>; tables: Table[] }

async function fill({ client, lines, tables }: Filling): Promise<number> {
  let rows = 0
  for (;;) {
    const part = readPart(await nextOf(lines))
    if ('rows' in part) {
      if (part.rows === rows) return rows
      throw new Fault(`unable to read the file; it holds ${rows} rows and says ${part.rows}`)
    }
    const table = tables.find(({ name }) => name === part.table)
    if (table === undefined) throw new Fault(`unable to restore; nobody knows the table "${part.table}"`)
    const copy = client.query(copyFrom(`COPY ${quoted(table.name)} (${columnsOf(part)}) FROM STDIN`))
    const done = once(copy, 'finish')
    await Promise.all([pipeline(Readable.from(rowsOf(lines)), copy), done])
    rows += copy.rowCount
  }
}

/** Up to the line that ends them, in pieces worth a packet. */
async function* rowsOf(lines: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let batch: Buffer[] = []
  let bytes = 0
  for (let line = await lines.next(); ; line = await lines.next()) {
    if (line.done === true) throw new Fault('unable to read the file; it breaks off')
    if (line.value.equals(Buffer.from(endOfRows))) break
    batch.push(line.value, Buffer.from('\n'))
    bytes += line.value.length + 1
    if (bytes < batchBytes) continue
    yield Buffer.concat(batch)
    batch = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(batch)
}
