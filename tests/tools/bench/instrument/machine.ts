/** What a figure is worth nothing without: the machine, the versions, and how durable the services are set. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import packageJson from '../../../../package.json' with { type: 'json' }
import { openRedis } from '../../../../server/cache/redis.ts'
import { systemClock } from '../../../../server/kit/clock.ts'
import { openMetrics } from '../../../../server/kit/metrics.ts'
import { Prisma } from '../../../../server/store/generated/client.ts'
import { openPostgres } from '../../../../server/store/postgres.ts'
import { eventually } from '../../../kit/eventually.ts'
import { quiet, type Urls } from './stage.ts'

const settings = ['server_version', 'synchronous_commit', 'fsync', 'full_page_writes', 'shared_buffers']

async function postgresFacts(url: string): Promise<string> {
  const postgres = openPostgres({ url, poolMax: 2, log: quiet })
  try {
    const found = await postgres.answer<Record<string, string>>(
      Prisma.sql`SELECT json_object_agg(name, current_setting(name)) AS answer FROM pg_settings WHERE name = ANY (${settings}::text[])`,
    )
    return settings.map((name) => `${name} ${found?.[name] ?? '?'}`).join(', ')
  } finally {
    await postgres.close()
  }
}

const options = ['appendonly', 'appendfsync', 'save', 'maxmemory', 'maxmemory-policy']

async function redisFacts(url: string): Promise<string> {
  const metrics = openMetrics({ node: 'bench', version: 'bench' })
  const redis = openRedis({ url, name: 'bench', log: quiet, metrics, clock: systemClock })
  try {
    await eventually(redis.healthy)
    const [found, info] = await Promise.all([redis.client.configGet(options), redis.client.info('server')])
    const version = /redis_version:(\S+)/.exec(info)?.[1] ?? '?'
    return [version, ...options.map((name) => `${name} ${found[name] || 'none'}`)].join(', ')
  } finally {
    await redis.close()
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim()
  } catch {
    return 'unknown'
  }
}

export async function readFacts({ DATABASE_URL, REDIS_URL, CACHE_REDIS_URL }: Urls): Promise<Record<string, string>> {
  const [postgres, state, cache] = await Promise.all([
    postgresFacts(DATABASE_URL),
    redisFacts(REDIS_URL),
    redisFacts(CACHE_REDIS_URL),
  ])
  const cores = cpus()
  return {
    machine: `${cores.length} × ${cores[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    node: process.version,
    prisma: packageJson.dependencies['@prisma/client'],
    postgres,
    'redis for state': state,
    'redis for the cache': cache,
    parley: commit(),
    measured: new Date().toISOString(),
  }
}
