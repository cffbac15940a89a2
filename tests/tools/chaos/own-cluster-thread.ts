/** The thread that keeps a cluster, with a pipe on every way of its nodes, which compare what their cache says with Postgres. */
import { parentPort, workerData } from 'node:worker_threads'
import { openCluster } from '../../../infra/local/cluster.ts'
import { temporaryHome } from '../../../infra/local/home.ts'
import { freePort } from '../../../infra/local/ports.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import { roomy } from '../../kit/roomy.ts'
import type { PipeState } from './pipe.ts'
import { type LinkName, openWires } from './wires.ts'

export type Given = { nodes: number; root: string; given: Record<string, string | undefined> }

export type Facts = { url: string; databaseUrl: string; cacheUrl: string; socketPath: string }

export type Order = { what: 'turn'; id: number; node: string; link: LinkName; state: PipeState } | { what: 'close' }

export type Told = { line: string } | { facts: Facts } | { fault: string } | { turned: number }

const { nodes, root, given }: Given = workerData
const tell = (told: Told) => void parentPort?.postMessage(told)
const say = (line: string) => tell({ line })

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

/** The thread ends by itself when nothing is left to do. */
async function close(): Promise<void> {
  await starting.close()
  await wires.close()
  await home.remove()
  parentPort?.close()
}

parentPort?.on('message', async (order: Order) => {
  if (order.what === 'close') return await close()
  await wires.turn(order.node, order.link, order.state)
  tell({ turned: order.id })
})

starting.ready.then(
  ({ url, urls, socketPath }) =>
    tell({
      facts: { url, databaseUrl: urls.DATABASE_URL, cacheUrl: urls.CACHE_REDIS_URL, socketPath },
    }),
  (fault: unknown) => tell({ fault: fault instanceof Error ? String(fault.stack) : String(fault) }),
)
