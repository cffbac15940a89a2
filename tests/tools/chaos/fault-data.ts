/** What an operator, or bad luck, does inside the services themselves. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import type { Postgres } from '../../../server/store/postgres.ts'
import type { Fault } from './fault.ts'

/** For so long nothing can be inserted, so that whoever commits meanwhile is caught in the middle of it. */
const holdMs = 1_500

/** Empties the cache so many times, `everyMs` apart. */
export async function flush(cacheUrl: string, { times, everyMs }: { times: number; everyMs: number }): Promise<void> {
  const client = createClient({ url: cacheUrl })
  client.on('error', () => {})
  await client.connect()
  for (let time = 0; time < times; time += 1) {
    await client.flushAll()
    await pause(everyMs)
  }
  client.destroy()
}

export function dataFaults({ postgres, cacheUrl }: { postgres: Postgres; cacheUrl: string }): Fault[] {
  /** Resolves with how many backends were in the middle of a commit, and are no more. */
  const endCommits = () =>
    postgres.ask((prisma) =>
      prisma.$transaction(
        async (tx) => {
          await tx.$executeRaw`LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE`
          await tx.$executeRaw`SELECT pg_sleep(${holdMs / 1_000})`
          const ended = await tx.$queryRaw<unknown[]>`
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%append(%' AND pid <> pg_backend_pid()`
          return ended.length
        },
        { timeout: 4 * holdMs },
      ),
    )

  return [
    {
      name: 'end commits midway',
      lastsMs: [500, 1_000],
      async begin() {
        if ((await endCommits()) === 0) throw new Error('unable to end a commit midway; none came by')
      },
      async end() {},
    },
    {
      name: 'flush the cache',
      lastsMs: [500, 1_500],
      begin: () => flush(cacheUrl, { times: 3, everyMs: 100 }),
      async end() {},
    },
  ]
}
