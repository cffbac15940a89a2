/** Whole nodes in the test's own process, on one database and one Redis of each role. */
import { type App, openApp } from '../../server/app.ts'
import { type Environment, readConfig } from '../../server/config.ts'
import { openLog } from '../../server/kit/log.ts'
import { freshDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import { freshRedisUrl } from './redis.ts'
import { roomy } from './roomy.ts'

export type TestNode = App & { name: string; origin: string }

export type TestNodes = { nodes: TestNode[]; origins: string[]; env: Environment; close(): Promise<void> }

/** What nodes of one cluster share; a test may put another service in place of any. */
export async function clusterEnv(given: Environment = {}): Promise<Environment> {
  const { TEST_LOG_LEVEL = 'silent' } = process.env
  const { DATABASE_URL = await freshDatabase() } = given
  return {
    DATABASE_URL,
    REDIS_URL: freshRedisUrl(),
    CACHE_REDIS_URL: freshRedisUrl('cache'),
    SESSION_SECRET: 'a secret of the tests, long enough for all',
    POOL_MAX: '4', // a node warms all of them up
    WATCHDOG_MS: '0', // it would end the test's own process
    LOG_LEVEL: TEST_LOG_LEVEL,
    PORT: '0',
    DRAIN_MS: '3000',
    ...roomy,
    ...given,
  }
}

/** Resolves when it listens, which is before it is ready. */
export async function openTestNode(env: Environment): Promise<TestNode> {
  const config = readConfig(env)
  const { name } = config.node
  const app = await openApp({ config, version: 'test', build: 'test', log: openLog({ node: name, ...config.log }) })
  return { ...app, name, origin: `http://127.0.0.1:${app.port}` }
}

async function whenReady({ ready, origin }: TestNode): Promise<void> {
  await ready
  await eventually(async () => (await fetch(`${origin}/readyz`)).ok, { withinMs: 15_000 })
}

/** Resolves when all of them are ready. */
export async function openNodes(count: number, given: Environment = {}): Promise<TestNodes> {
  const env = await clusterEnv(given)
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`)
  const nodes = await Promise.all(names.map((NODE_NAME) => openTestNode({ ...env, NODE_NAME })))
  await Promise.all(nodes.map(whenReady))
  return {
    nodes,
    origins: nodes.map(({ origin }) => origin),
    env,
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}
