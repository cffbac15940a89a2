/** Where the database of the cluster that `npm start` runs in this checkout is, for tools that speak to it directly. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, socketPath } from './control.ts'
import { Fault } from './fault.ts'
import { statusSchema } from './status.ts'

/** Refuses when no cluster runs here, or when its Postgres is somebody else's. */
export async function localDatabaseUrl(): Promise<string> {
  const folder = join(import.meta.dirname, '..', '..', '.data')
  const { status } = await ask(socketPath(folder), { verb: 'status' })
  const port = statusSchema.parse(status).services.find(({ name }) => name === 'postgres')?.port
  if (port === undefined)
    throw new Fault('unable to find the database; the cluster was given another one: name it as DATABASE_URL')
  const password = (await readFile(join(folder, 'postgres-password'), 'utf8')).trim()
  return `postgresql://parley:${password}@127.0.0.1:${port}/parley`
}
