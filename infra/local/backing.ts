/** What the nodes stand on: Postgres and two Redis, ours unless the environment names others. */
import type { Clock } from '../../server/kit/clock.ts'
import type { ServiceName } from './command.ts'
import { Fault } from './fault.ts'
import type { Home } from './home.ts'
import { type Keeper, openKeeper } from './keeper.ts'
import { type Service, startPostgres } from './postgres.ts'
import type { Progress } from './progress.ts'
import { startRedis } from './redis.ts'
import type { Watch } from './watch.ts'

export type Given = Record<string, string | undefined>

type Needs = { home: Home; clock: Clock; watch: Watch; given: Given; progress: Progress }

const rows = [
  {
    name: 'postgres',
    title: 'Postgres',
    variable: 'DATABASE_URL',
    start: (home: Home, port?: number) => startPostgres({ home, ...(port === undefined ? {} : { port }) }),
    ending: { signal: 'SIGINT', graceMs: 20_000 },
  },
  {
    name: 'redis',
    title: 'Redis',
    variable: 'REDIS_URL',
    start: (home: Home, port?: number) => startRedis({ home, role: 'state', ...(port === undefined ? {} : { port }) }),
    ending: { signal: 'SIGTERM', graceMs: 10_000 },
  },
  {
    name: 'cache',
    title: 'Redis (cache)',
    variable: 'CACHE_REDIS_URL',
    start: (home: Home, port?: number) => startRedis({ home, role: 'cache', ...(port === undefined ? {} : { port }) }),
    ending: { signal: 'SIGTERM', graceMs: 10_000 },
  },
] as const

export type Backing = {
  /** `DATABASE_URL`, `REDIS_URL` and `CACHE_REDIS_URL` for the nodes. */
  urls: Record<'DATABASE_URL' | 'REDIS_URL' | 'CACHE_REDIS_URL', string>
  keepers(): Keeper[]
  /** Of a service of ours, once it has started. */
  portOf(name: string): number | undefined
  /** Refuses when it is not ours. */
  find(name: ServiceName): Keeper
  close(): Promise<void>
}

/** Resolves when all three take connections; `keepers` is filled as they come, so that a start that breaks off can end them. */
export async function openBacking({ home, clock, watch, given, progress }: Needs, keepers: Keeper[]): Promise<Backing> {
  const urls = { DATABASE_URL: '', REDIS_URL: '', CACHE_REDIS_URL: '' }
  for (const { name, title, variable, start, ending } of rows) {
    const named = given[variable]
    if (named) {
      urls[variable] = named
      progress.say(`${title}: as ${variable} names it`)
      continue
    }
    let port: number | undefined
    const keeper = openKeeper({
      name,
      clock,
      ending,
      async start() {
        const service: Service = await start(home, port) // the port of the first time, for the nodes know it
        port = service.port
        urls[variable] = service.url
        return service.child
      },
      onDeath: watch.onDeath,
      onReturn: () => home.say(`${name} runs again`),
    })
    keepers.push(keeper)
    await progress.step(
      title,
      () => keeper.start(),
      () => `127.0.0.1:${port}`,
    )
  }
  return {
    urls,
    keepers: () => keepers,
    portOf(name) {
      const row = rows.find((one) => one.name === name)
      return row === undefined ? undefined : Number(new URL(urls[row.variable]).port)
    },
    find(name) {
      const keeper = keepers.find((one) => one.name === name)
      if (keeper === undefined) throw new Fault(`unable to touch ${name}; it is named by the environment, not ours`)
      return keeper
    },
    async close() {
      await Promise.all(keepers.map((keeper) => keeper.close()))
    },
  }
}
