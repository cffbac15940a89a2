/** A copy of the tree with something changed in it: how a server without one of its promises is made, with no switch in the server. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `find` stands in the file exactly once. */
export type Patch = { file: string; find: string; put: string }

const copied = ['server', 'infra', 'client', 'prisma', 'package.json', 'package-lock.json', 'tsconfig.json']

/** Resolves with where the copy is; rejects when a patch does not fit any more. */
export async function openPatchedCopy(needs: {
  root: string
  patches: readonly Patch[]
}): Promise<{ root: string; close(): Promise<void> }> {
  const { root, patches } = needs
  const copy = await mkdtemp(join(tmpdir(), 'mutant-'))
  const close = () => rm(copy, { recursive: true })
  try {
    for (const part of copied) {
      const options = { recursive: true, preserveTimestamps: true } // else it is built anew
      await cp(join(root, part), join(copy, part), options)
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const { file, find, put } of patches) {
      const parts = (await readFile(join(copy, file), 'utf8')).split(find)
      if (parts.length !== 2) throw new Error(`unable to patch ${file}; "${find}" does not stand there once`)
      await writeFile(join(copy, file), parts.join(put))
    }
    return { root: copy, close }
  } catch (fault) {
    await close()
    throw fault
  }
}
