/** Runs one node of the cluster: `server/main.ts` with its environment, on a line that tells it when we die. */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import type { Home } from './home.ts'
import { probe } from './probe.ts'
import { whenReady } from './ready.ts'

export type NodeEnvironment = Record<string, string>

type Needs = { home: Home; root: string; name: string; port: number; environment: NodeEnvironment }

/** Resolves when its process runs; it is ready later. */
export async function startNode({ home, root, name, port, environment }: Needs): Promise<Child> {
  return startChild({
    home,
    name,
    command: process.execPath,
    args: [join(root, 'server', 'main.ts')],
    cwd: root,
    env: {
      ...environment,
      NODE_NAME: name,
      HOST: '127.0.0.1',
      PORT: String(port),
      PARLEY_SUPERVISED: 'true',
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'), // a third of a start is compiling
    },
    line: true,
  })
}

/** Resolves when the node can serve; one that dies or dawdles is told with its last lines. */
export async function whenServing(child: Child, port: number, boundMs = 60_000): Promise<void> {
  await whenReady(child, async () => (await probe(port, '/readyz')) === 'ok', boundMs)
}
