/** vitest's global set-up for tests that need everything: three nodes behind nginx, as `npm start` runs them. */
import type { TestProject } from 'vitest/node'
import { openCluster } from '../../infra/local/cluster.ts'
import { temporaryHome } from '../../infra/local/home.ts'
import { freePort } from '../../infra/local/ports.ts'
import { openProgress } from '../../infra/local/progress.ts'
import { roomy } from './roomy.ts'

export type ClusterFacts = {
  /** Through nginx, as people come. */
  url: string
  socketPath: string
  databaseUrl: string
  redisUrl: string
  cacheRedisUrl: string
  /** Around nginx, one by one. */
  nodes: { name: string; url: string }[]
  /** Where the logs are while it runs. */
  logs: string
}

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ClusterFacts
  }
}

/** Resolves, once it serves, with what ends it again. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const write = (text: string) => void process.stdout.write(`cluster: ${text}`)
  const progress = openProgress({ write, isTerminal: false })
  const home = await temporaryHome(progress.say)
  const root = new URL('../../', import.meta.url).pathname
  const place = { home, root, host: '127.0.0.1', port: await freePort() }
  const starting = openCluster({ ...place, nodes: 3, given: { ADMINS: 'admin', CHAOS: 'allowed', ...roomy }, progress })
  const end = async () => {
    await starting.close()
    await home.remove()
  }
  try {
    const { url, socketPath, urls, status } = await starting.ready
    project.provide('cluster', {
      url,
      socketPath,
      databaseUrl: urls.DATABASE_URL,
      redisUrl: urls.REDIS_URL,
      cacheRedisUrl: urls.CACHE_REDIS_URL,
      nodes: status().nodes.map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` })),
      logs: home.logs,
    })
    return end
  } catch (fault) {
    await end()
    throw fault
  }
}
