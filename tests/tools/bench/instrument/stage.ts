/** What a workload runs on: a Postgres and two Redis of its own, durable and bounded as in earnest, and nodes as `npm start` runs them. */
import { join } from 'node:path'
import { createClient } from 'redis'
import { type Home, temporaryHome } from '../../../../infra/local/home.ts'
import { startNode, whenServing } from '../../../../infra/local/node.ts'
import { freePort } from '../../../../infra/local/ports.ts'
import { startPostgres } from '../../../../infra/local/postgres.ts'
import { startRedis } from '../../../../infra/local/redis.ts'
import { openLog } from '../../../../server/kit/log.ts'
import { migrate } from '../../../../server/store/migrate.ts'
import { roomy } from '../../../kit/roomy.ts'

export type Urls = { DATABASE_URL: string; REDIS_URL: string; CACHE_REDIS_URL: string }

export type BenchNode = { name: string; port: number; pid: number }

export type Stage = {
  home: Home
  urls: Urls
  secret: string
  /** First processes of what stands behind the nodes: the roots of the CPU meter. */
  pids: { postgres: number; state: number; cache: number }
  say: (line: string) => void
  /** Resolves when it serves; `preload` is a module that Node loads before the server. */
  startNode(name: string, preload?: URL): Promise<BenchNode>
  stopNode(node: BenchNode): Promise<void>
  /** What is kept from here on is new: nothing of it was filled long ago and runs out while somebody measures. */
  emptyCache(): Promise<void>
  close(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..', '..')
export const quiet = openLog({ node: 'bench', level: 'fatal', pretty: false })

/** Resolves when the database is there, empty. */
export async function openStage(say: (line: string) => void): Promise<Stage> {
  const home = await temporaryHome(say)
  const close = async () => {
    home.leave()
    const children = [...home.children].reverse() // nodes go before what they stand on
    for (const child of children) await child.end(child.name === 'postgres' ? 'SIGINT' : 'SIGTERM', 20_000)
    await home.remove()
  }
  try {
    const postgres = await startPostgres({ home })
    const state = await startRedis({ home, role: 'state' })
    const cache = await startRedis({ home, role: 'cache' })
    const urls = { DATABASE_URL: postgres.url, REDIS_URL: state.url, CACHE_REDIS_URL: cache.url }
    await migrate({ url: postgres.url, folder: join(root, 'prisma', 'migrations'), log: quiet })
    const secret = await home.secret('session-secret')
    return {
      home,
      urls,
      secret,
      pids: { postgres: postgres.child.pid, state: state.child.pid, cache: cache.child.pid },
      say,
      close,
      async startNode(name, preload) {
        const port = await freePort()
        const environment = {
          ...roomy,
          ...urls,
          SESSION_SECRET: secret,
          NODE_ENV: 'production',
          LOG_LEVEL: 'warn',
          ...(preload === undefined ? {} : { NODE_OPTIONS: `--import=${preload.href}` }),
        }
        const child = await startNode({ home, root, name, port, environment })
        await whenServing(child, port)
        return { name, port, pid: child.pid }
      },
      async emptyCache() {
        const client = await createClient({ url: cache.url }).connect()
        await client.flushAll()
        client.destroy()
      },
      async stopNode({ pid }) {
        for (const child of home.children) if (child.pid === pid) await child.end('SIGTERM', 15_000)
      },
    }
  } catch (fault) {
    await close()
    throw fault
  }
}
