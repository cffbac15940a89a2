/** What an operator, or bad luck, does inside the services themselves. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import type { Postgres } from '../../../server/store/postgres.ts'
import type { Fault } from './fault.ts'

/** Commits ended by one fault; and how long it waits for them to come by. */
const commits = 5
const huntMs = 5_000

export function dataFaults({ postgres, cacheUrl }: { postgres: Postgres; cacheUrl: string }): Fault[] {
  /** How many backends were in the middle of a commit, and are no more. */
  const endCommits = () =>
    postgres.ask(
      async (prisma) =>
        (
          await prisma.$queryRaw<unknown[]>`
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%append(%' AND pid <> pg_backend_pid()`
        ).length,
    )

  return [
    {
      name: 'end commits midway',
      lastsMs: [500, 1_000],
      async begin() {
        const deadline = performance.now() + huntMs
        let ended = 0
        while (ended < commits && performance.now() < deadline) ended += await endCommits()
        if (ended === 0) throw new Error('unable to end a commit midway; none came by')
      },
      async end() {},
    },
    {
      name: 'flush the cache',
      lastsMs: [500, 1_500],
      async begin() {
        const client = createClient({ url: cacheUrl })
        client.on('error', () => {})
        await client.connect()
        for (let time = 0; time < 3; time += 1) {
          await client.flushAll()
          await pause(100)
        }
        client.destroy()
      },
      async end() {},
    },
  ]
}
