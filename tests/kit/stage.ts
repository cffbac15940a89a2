/** Serves the interface over the fake engine, so that its every state can be looked at without a server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build, preview } from 'vite'

const root = path.resolve(import.meta.dirname, '../browser/stage')
const configFile = path.join(root, 'vite.config.ts')

/** Resolves once it serves: built, for a page of a hundred modules loads slowly a hundred times. */
export async function openStage(): Promise<{ url: string; close(): Promise<void> }> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'parley-stage-'))
  await build({ root, configFile, build: { outDir, emptyOutDir: true, target: 'es2023', minify: false } })
  const server = await preview({ root, configFile, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
  const address = server.httpServer.address()
  if (address === null || typeof address !== 'object') throw new Error('unable to open the stage; it has no address')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}
