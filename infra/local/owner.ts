/** Postgres refuses to run as root, and nginx's workers should not: then the services belong to a user of their own. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from './fault.ts'

const run = promisify(execFile)

export type Owner = { name: string; uid: number; gid: number }

const name = 'parley'

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, name])).stdout)
}

async function find(): Promise<Owner | null> {
  try {
    return { name, uid: await idOf('-u'), gid: await idOf('-g') }
  } catch {
    return null
  }
}

/** Whom the services run as when we are root (made if missing); null for everybody else: as ourselves. */
export async function serviceOwner(say: (line: string) => void): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null
  const known = await find()
  if (known !== null) return known
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
    say(`made the system user "${name}", whom the services run as`)
  } catch (fault) {
    // Two starts at once may both try; whoever loses finds the winner's.
    if ((await find()) === null)
      throw new Fault(`unable to make the system user "${name}"; ${String(fault)} (or start as an ordinary user)`)
  }
  const made = await find()
  if (made === null) throw new Fault(`unable to find the system user "${name}"; it was just made`)
  return made
}

/** Whether a stranger to `path` could get there: false below root's home, for one. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const mode = await stat(folder).then(
      (found) => found.mode,
      () => null,
    )
    if (mode !== null && (mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
