/** Where a cluster keeps what outlives it: data, secrets, logs, the notes on its processes. */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Child } from './child.ts'
import { Fault, hasCode } from './fault.ts'
import { living, sweep, take } from './leftovers.ts'
import { isReachable, type Owner, serviceOwner } from './owner.ts'

/** Reachable for everybody, unlike a checkout below root's home. */
export const elsewhere = '/var/lib/parley'

export type Home = {
  /** `.data` of the checkout: secrets, control socket, logs, notes. */
  folder: string
  /** What the services' own user must reach: the same folder, or one below /var/lib. */
  place: string
  /** Whom the services run as, when that is not ourselves. */
  owner: Owner | null
  logs: string
  notes: string
  say: (line: string) => void
  /** All children that live right now. */
  children: Set<Child>
  /** From here on no child starts. */
  leave(): void
  isLeaving(): boolean
  /** A folder in `place` that belongs to the services' user. */
  folderFor(name: string): Promise<string>
  /** The secret called `name`, made on first use, readable by us alone (0600). */
  secret(name: string): Promise<string>
  /** Takes everything away; for temporary homes. */
  remove(): Promise<void>
}

/** Refuses when the folder belongs to somebody else. */
export async function openHome({ folder, say }: { folder: string; say: (line: string) => void }): Promise<Home> {
  const root = resolve(folder)
  try {
    return homeIn(await settle(root, say))
  } catch (fault) {
    if (!hasCode(fault, 'EACCES', 'EPERM')) throw fault
    throw new Fault(`unable to write to ${root}; it belongs to another user (who started before, perhaps as root)`)
  }
}

type Ground = Pick<Home, 'folder' | 'place' | 'owner' | 'logs' | 'notes' | 'say'>

/** Makes the folders, and finds a place that the services' user can reach. */
async function settle(folder: string, say: (line: string) => void): Promise<Ground> {
  const owner = await serviceOwner(say)
  await mkdir(folder, { recursive: true })
  await chmod(folder, owner === null ? 0o700 : 0o711) // 711: to pass through, not to look around
  let place = folder
  if (owner !== null && !(await isReachable(folder))) {
    place = join(elsewhere, createHash('sha256').update(folder).digest('hex').slice(0, 12))
    await mkdir(place, { recursive: true })
    await chmod(elsewhere, 0o755)
    await chmod(place, 0o711)
    say(`${folder} cannot be reached by the user "${owner.name}": its services live in ${place}`)
  }
  const [logs, notes] = [join(folder, 'logs'), join(folder, 'run')]
  for (const path of [logs, notes]) {
    await mkdir(path, { recursive: true })
    await chmod(path, 0o700)
  }
  return { folder, place, owner, logs, notes, say }
}

function homeIn(ground: Ground): Home {
  const { folder, place, owner } = ground
  let leaving = false
  return {
    ...ground,
    children: new Set(),
    leave() {
      leaving = true
    },
    isLeaving: () => leaving,
    async folderFor(name) {
      const path = join(place, name)
      await mkdir(path, { recursive: true, mode: 0o700 })
      if (owner !== null) await chown(path, owner.uid, owner.gid)
      return path
    },
    secret: (name) => secretIn(join(folder, name)),
    async remove() {
      for (const path of new Set([folder, place])) await rm(path, { recursive: true, force: true })
    },
  }
}

async function secretIn(path: string): Promise<string> {
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(randomBytes(32).toString('hex'))
    await file.close()
  } catch (fault) {
    if (!hasCode(fault, 'EEXIST')) throw fault
  }
  return (await readFile(path, 'utf8')).trim()
}

const temporary = 'parley-'

/** A home of its own below the system's temporary folder; those of processes that died before they could remove theirs go first. */
export async function temporaryHome(say: (line: string) => void = () => {}): Promise<Home> {
  await removeAbandoned()
  const home = await openHome({ folder: await mkdtemp(join(tmpdir(), temporary)), say })
  await take(home.notes, { name: 'supervisor', pid: process.pid })
  return home
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name)
    const notes = join(folder, 'run')
    const hasNote = await readFile(join(notes, 'supervisor.json')).then(
      () => true,
      () => false,
    )
    if (!name.startsWith(temporary) || !hasNote || (await living(notes, 'supervisor')) !== null) continue
    await sweep(notes)
    await rm(folder, { recursive: true, force: true })
  }
}
