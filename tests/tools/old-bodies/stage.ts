/** Three real nodes that audit themselves, each of which can be cut off from the cache alone. */
import { openCluster } from '../../../infra/local/cluster.ts'
import type { Command } from '../../../infra/local/command.ts'
import { temporaryHome } from '../../../infra/local/home.ts'
import { freePort } from '../../../infra/local/ports.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import type { Status } from '../../../infra/local/status.ts'
import { roomy } from '../../kit/roomy.ts'
import { openWires, type Wires } from '../chaos/wires.ts'

export type Stage = {
  url: string
  databaseUrl: string
  cacheUrl: string
  /** Around nginx, one by one. */
  nodes: { name: string; url: string }[]
  wires: Wires
  status(): Status
  /** Resolves when it is done. */
  run(command: Command): Promise<void>
  close(): Promise<void>
}

/** `root` is the checkout whose nodes run: this one, or a copy that something was taken out of. */
export async function openStage({ root, say }: { root: string; say: (line: string) => void }): Promise<Stage> {
  const home = await temporaryHome(say)
  const wires = openWires()
  const starting = openCluster({
    home,
    root,
    nodes: 3,
    host: '127.0.0.1',
    port: await freePort(),
    given: { ...roomy, CACHE_AUDIT: 'true' },
    wire: wires.wire,
    progress: openProgress({ write: (text) => say(text.trim()), isTerminal: false }),
  })
  async function close(): Promise<void> {
    await starting.close()
    await wires.close()
    await home.remove()
  }
  try {
    const { url, urls, status, run } = await starting.ready
    return {
      url,
      databaseUrl: urls.DATABASE_URL,
      cacheUrl: urls.CACHE_REDIS_URL,
      nodes: status().nodes.map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` })),
      wires,
      status,
      async run(command) {
        const { ok, text } = await run(command)
        if (!ok) throw new Error(text)
      },
      close,
    }
  } catch (fault) {
    await close()
    throw fault
  }
}
