/** Tells the worker at the end of a build what the page consists of. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the build, as far as it matters here. */
type Built = { type: 'chunk'; code: string } | { type: 'asset'; source: string | Uint8Array }

export const workerFile = 'sw.js'

/** Puts the list of all files, and a version that follows from their content, before the worker's code. */
export function shellList(publicDir: string) {
  return {
    name: 'shell-list',
    enforce: 'post' as const,
    generateBundle: {
      order: 'post' as const,
      handler(_options: unknown, bundle: Partial<Record<string, Built>>) {
        const worker = bundle[workerFile]
        if (worker?.type !== 'chunk') throw new Error(`unable to list the shell; the build has no ${workerFile}`)
        const hash = createHash('sha256').update(worker.code)
        const files: string[] = []
        const take = (name: string, content: string | Uint8Array) => {
          hash.update(name).update(content)
          files.push(name === 'index.html' ? '/' : `/${name}`)
        }
        for (const name of Object.keys(bundle).sort((a, b) => (a < b ? -1 : 1))) {
          const built = bundle[name]
          if (built && built !== worker) take(name, built.type === 'chunk' ? built.code : built.source)
        }
        for (const name of readdirSync(publicDir).sort()) take(name, readFileSync(join(publicDir, name)))
        const list = { version: hash.digest('hex').slice(0, 16), files }
        worker.code = `const shell=${JSON.stringify(list)};${worker.code}`
      },
    },
  }
}
