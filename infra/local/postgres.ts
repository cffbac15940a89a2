/** Runs a Postgres of our own on the loopback, durable by its settings. [L2] */
import { execFile } from 'node:child_process'
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Child, cleanEnvironment, startChild } from './child.ts'
import { runStatement, withDatabase } from './database.ts'
import { Fault } from './fault.ts'
import type { Home } from './home.ts'
import { identityOf } from './identity.ts'
import { freePort } from './ports.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { whenReady } from './ready.ts'

const run = promisify(execFile)

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a deep checkout makes their paths too long
  max_connections: '400',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

export type Service = {
  name: string
  url: string
  port: number
  child: Child
  /** As a crash would. */
  kill(): Promise<void>
  /** Ends it cleanly; what is durable stays. */
  close(): Promise<void>
}

/** Resolves when database `parley` takes connections; the first time it is made. */
export async function startPostgres({ home, port }: { home: Home; port?: number }): Promise<Service> {
  const binaries = await postgresBinaries(home)
  const password = await home.secret('postgres-password')
  const data = join(await home.folderFor('postgres'), 'data')
  const isNew = !(await exists(join(data, 'PG_VERSION')))
  if (isNew) await initialise({ home, binaries, data, password })
  await dropStaleLock(data)
  const listening = port ?? (await freePort())
  const child = await startChild({
    home,
    name: 'postgres',
    command: binaries.postgres,
    args: [
      '-D',
      data,
      '-p',
      String(listening),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    as: home.owner,
  })
  await whenReady(child, async () => /^ready\s*$/m.test(await readLock(data)), 120_000)
  const url = `postgresql://parley:${password}@127.0.0.1:${listening}/parley`
  if (isNew) await runStatement(withDatabase(url, 'postgres'), 'CREATE DATABASE parley')
  return {
    name: 'postgres',
    url,
    port: listening,
    child,
    kill: async () => void (await child.kill()),
    close: async () => void (await child.end('SIGINT', 20_000)), // SIGINT is Postgres' fast shutdown
  }
}

type New = { home: Home; binaries: PostgresBinaries; data: string; password: string }

/** Made aside and moved into place, so that a start that breaks off leaves no half of it. */
async function initialise({ home, binaries, data, password }: New): Promise<void> {
  const half = `${data}.new`
  const secret = `${data}.password`
  await rm(half, { recursive: true, force: true })
  await writeFile(secret, password, { mode: 0o600 })
  if (home.owner !== null) await chown(secret, home.owner.uid, home.owner.gid)
  try {
    const flags = ['--username=parley', '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--no-locale']
    const provider = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] // the same on every system
    await run(binaries.initdb, ['-D', half, ...flags, ...provider], {
      cwd: home.place,
      env: cleanEnvironment({ LC_ALL: 'C' }),
      ...(home.owner === null ? {} : { uid: home.owner.uid, gid: home.owner.gid }),
    })
  } catch (fault) {
    throw new Fault(`unable to make a database; ${fault instanceof Error ? fault.message : String(fault)}`)
  } finally {
    await rm(secret, { force: true })
  }
  await rename(half, data)
}

const readLock = (data: string) => readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')

/** After a reboot the pid in the lock can be anybody's: Postgres would wait for a stranger to end. */
async function dropStaleLock(data: string): Promise<void> {
  const pid = Number((await readLock(data)).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 0) return
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
  if ((await identityOf(pid)) === null || (command !== '' && !command.includes(data)))
    await rm(join(data, 'postmaster.pid'), { force: true })
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
