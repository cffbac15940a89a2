/** Serves the interface over the fake engine, so that its every state can be looked at without a server. */
import path from 'node:path'
import { createServer } from 'vite'

const root = path.resolve(import.meta.dirname, '../browser/stage')

/** Resolves once it serves. */
export async function openStage(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createServer({
    root,
    configFile: path.join(root, 'vite.config.ts'),
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  })
  await server.listen()
  const address = server.httpServer?.address()
  if (address === null || typeof address !== 'object') throw new Error('unable to open the stage; it has no address')
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() }
}
