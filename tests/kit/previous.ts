/** The tree as it was before the newest migration, made to run: what a roll-out leaves running beside the new nodes. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cleanEnvironment } from '../../infra/local/child.ts'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname

export type Previous = { commit: string; folder: string; remove(): Promise<void> }

const git = async (...args: string[]) => (await run('git', args, { cwd: root })).stdout.trim()

/** Null where history is not kept: in an unpacked archive, or in a clone that was cut off. */
async function hasHistory(): Promise<boolean> {
  return (await git('rev-parse', '--is-shallow-repository').catch(() => 'none')) === 'false'
}

/** Null where history is not kept; rejects where it is, and yet the commit cannot be found. */
export async function previousTree(): Promise<Previous | null> {
  if (!(await hasHistory())) return null
  const names = (await readdir(join(root, 'prisma/migrations'))).filter((name) => /^\d{14}_/.test(name)).sort()
  const path = `prisma/migrations/${names.at(-1)}/migration.sql`
  const added = (await git('log', '--diff-filter=A', '--format=%H', '--', path)).split('\n').at(-1) ?? ''
  // one that is not committed yet is newer than all that is
  const commit = await git('rev-parse', added === '' ? 'HEAD' : `${added}^`)
  const folder = await mkdtemp(join(tmpdir(), 'previous-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await unpack(commit, folder)
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const env = cleanEnvironment({ PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' })
    const prisma = join(root, 'node_modules/prisma/build/index.js')
    const args = [prisma, 'generate', '--config', 'prisma/prisma.config.ts']
    await run(process.execPath, args, { cwd: folder, env })
    return { commit, folder, remove }
  } catch (fault) {
    await remove()
    throw fault
  }
}

async function unpack(commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const archive = spawn('git', ['archive', commit, 'server', 'prisma', 'package.json'], { cwd: root })
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'ignore', 'inherit'] })
  const code = await new Promise<number | null>((resolve) => tar.once('exit', resolve))
  if (code !== 0) throw new Error(`unable to unpack ${commit}; tar ended with ${code}`)
}
