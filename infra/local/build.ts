/** Makes what git does not keep: the database client's code and the browser's files, when they are older than their sources. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from './child.ts'
import type { Home } from './home.ts'
import { whenDone } from './ready.ts'

type Needs = { home: Home; root: string }

/** Resolves with whether there was anything to do. */
export async function generatePrisma({ home, root }: Needs): Promise<boolean> {
  const made = join(root, 'server', 'store', 'generated')
  if ((await newest(made)) >= (await newest(join(root, 'prisma', 'schema.prisma')))) return false
  const child = await startChild({
    home,
    name: 'generate',
    command: process.execPath,
    args: [join(root, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'],
    cwd: root,
    env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  })
  await whenDone(child)
  return true
}

/** Resolves with whether there was anything to do. */
export async function buildClient({ home, root }: Needs): Promise<boolean> {
  const sources = ['client', 'server/protocol', 'package-lock.json'].map((path) => newest(join(root, path), ['dist']))
  const built = await newest(join(root, 'client', 'dist', 'index.html'))
  if (built > 0 && built >= Math.max(...(await Promise.all(sources)))) return false
  const child = await startChild({
    home,
    name: 'build',
    command: process.execPath,
    args: [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'client'],
    cwd: root,
    env: { NODE_ENV: 'production' },
  })
  await whenDone(child)
  return true
}

/** When the youngest file at or below `path` was changed; 0 when there is none. */
async function newest(path: string, leaveOut: string[] = []): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (found === null) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const names = (await readdir(path)).filter((name) => !leaveOut.includes(name))
  return Math.max(0, ...(await Promise.all(names.map((name) => newest(join(path, name))))))
}
