/** A cluster that nobody else uses, with a pipe on every way of its nodes, which compare what their cache says with Postgres. */
import { join } from 'node:path'
import { openCluster } from '../../../infra/local/cluster.ts'
import { temporaryHome } from '../../../infra/local/home.ts'
import { freePort } from '../../../infra/local/ports.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import { roomy } from '../../kit/roomy.ts'
import type { Target } from './run.ts'
import { openWires, type Wires } from './wires.ts'

type Needs = { nodes: number; say: (line: string) => void; given?: Record<string, string | undefined> }

export type OwnCluster = Target & {
  wires: Wires
  /** Around nginx and all pipes, one by one. */
  origins: () => string[]
  close(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')

/** Resolves when it serves; ends it again when it cannot. */
export async function openOwnCluster({ nodes, say, given = {} }: Needs): Promise<OwnCluster> {
  const home = await temporaryHome(say)
  const wires = openWires()
  const starting = openCluster({
    home,
    root,
    nodes,
    host: '127.0.0.1',
    port: await freePort(),
    given: { ...roomy, CACHE_AUDIT: 'true', ...given },
    progress: openProgress({ write: (text) => say(text.trimEnd()), isTerminal: false }),
    wire: wires.wire,
  })
  async function close(): Promise<void> {
    await starting.close()
    await wires.close()
    await home.remove()
  }
  try {
    const { url, urls, run, status } = await starting.ready
    return {
      url,
      databaseUrl: urls.DATABASE_URL,
      cacheUrl: urls.CACHE_REDIS_URL,
      nodes,
      tell: run,
      wires,
      say,
      origins: () => status().nodes.map(({ port }) => `http://127.0.0.1:${port}`),
      close,
    }
  } catch (fault) {
    await close()
    throw fault
  }
}
