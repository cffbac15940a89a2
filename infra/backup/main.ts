/** `npm run backup -- FILE` and `npm run restore -- FILE`: `-` is standard output and input, which containers use. */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { openLog } from '../../server/kit/log.ts'
import { migrate } from '../../server/store/migrate.ts'
import { Fault, tell } from '../local/fault.ts'
import { backup } from './backup.ts'
import { restore } from './restore.ts'
import { schemaOf } from './tables.ts'

const usage = `npm run backup -- FILE               writes all that is in the database into FILE, while the cluster runs
npm run restore -- FILE [--replace]  puts what is in FILE in its place; --replace: and throws away what is there`

const folder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const say = (line: string) => void process.stderr.write(`${line}\n`)

/** What DATABASE_URL names, or else the cluster that `npm start` runs here. */
async function databaseUrl(): Promise<string> {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env
  if (DATABASE_URL) return DATABASE_URL
  if (DATABASE_URL_FILE) return readFileSync(DATABASE_URL_FILE, 'utf8').trim()
  const { localDatabaseUrl } = await import('../local/database-url.ts')
  return localDatabaseUrl()
}

async function open(): Promise<{ client: Client; url: string }> {
  const url = await databaseUrl()
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect().catch((fault: Error) => {
    throw new Fault(`unable to reach Postgres; ${fault.message}`)
  })
  return { client, url }
}

const commands = {
  async backup(file: string) {
    const { client } = await open()
    // written aside and moved: a file of that name is a whole one
    const half = file === '-' ? null : `${file}.part`
    const into = half === null ? process.stdout : createWriteStream(half, { mode: 0o600 })
    try {
      say(`wrote ${await backup({ client, into, now: () => new Date() })} rows`)
      if (half !== null) await rename(half, file)
    } finally {
      await client.end()
      if (half !== null) await rm(half, { force: true })
    }
  },

  async restore(file: string, replace: boolean) {
    const from = file === '-' ? process.stdin : createReadStream(file)
    const { client, url } = await open()
    try {
      const log = openLog({ node: 'restore', level: 'silent', pretty: false })
      if ((await schemaOf(client)) === null) await migrate({ url, folder, log })
      say(`restored ${await restore({ client, from, replace })} rows; connected people start anew within seconds`)
    } finally {
      await client.end()
    }
  },
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { replace: { type: 'boolean' } } })
  const [verb, file, ...more] = positionals
  if ((verb !== 'backup' && verb !== 'restore') || file === undefined || more.length > 0) throw new Fault(usage)
  await commands[verb](file, values.replace === true)
} catch (fault) {
  say(tell(fault))
  process.exitCode = 1
}
