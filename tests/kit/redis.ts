/** Redis for tests: a corner of the shared one, or one of a test's own that it may kill. */
import { inject } from 'vitest'
import { type Home, temporaryHome } from '../../infra/local/home.ts'
import type { Service } from '../../infra/local/postgres.ts'
import { type RedisRole, startRedis } from '../../infra/local/redis.ts'

let next = 0

/** The Redis of this role that all files of this worker share. */
export function sharedRedisUrl(role: RedisRole = 'state'): string {
  const { VITEST_POOL_ID: worker } = process.env
  const ofWorker = inject('services').redisOfWorker[Number(worker) - 1]
  if (ofWorker === undefined) throw new Error(`worker ${worker} has no Redis of its own`)
  return ofWorker[role]
}

/** One of the sixteen databases of the shared Redis of this role, another on each call; empty it first if that matters. */
export function freshRedisUrl(role: RedisRole = 'state'): string {
  next = (next + 1) % 16
  return `${sharedRedisUrl(role)}/${next}`
}

export type OwnRedis = {
  readonly url: string
  readonly pid: number
  kill(): Promise<void>
  /** Holds it still, as a hung server is, until `resume`. */
  pause(): void
  resume(): void
  /** On the same port, with what it had persisted. */
  start(): Promise<void>
  close(): Promise<void>
}

/** A Redis nobody else uses. */
export async function openOwnRedis(role: RedisRole = 'state'): Promise<OwnRedis> {
  const home: Home = await temporaryHome()
  let redis: Service = await startRedis({ home, role })
  return {
    url: redis.url,
    get pid() {
      return redis.child.pid
    },
    kill: () => redis.kill(),
    pause: () => redis.child.signal('SIGSTOP'),
    resume: () => redis.child.signal('SIGCONT'),
    async start() {
      redis = await startRedis({ home, role, port: redis.port })
    },
    async close() {
      await redis.kill()
      await home.remove()
    },
  }
}
