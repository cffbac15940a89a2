/** Two misfortunes at once, where one makes the other worse. */
import { must } from '../../../server/kit/must.ts'
import type { Postgres } from '../../../server/store/postgres.ts'
import type { Fault } from './fault.ts'
import { flush } from './fault-data.ts'

/** So long reads gather behind the lock. */
const flushes = { times: 15, everyMs: 20 }

/** The same faults, and those that are two of them. */
export function withPairs(
  faults: readonly Fault[],
  { cacheUrl, postgres }: { cacheUrl: string; postgres: Postgres },
): Fault[] {
  const named = (name: string) =>
    must(
      faults.find((fault) => fault.name === name),
      `there is ${name}`,
    )
  const hang = named('pause a node')
  return [
    ...faults,
    {
      // everything is read anew, and Postgres answers when the node hangs: it wakes with all of that in its hands
      name: 'flush the cache and pause a node',
      lastsMs: [1_000, 2_500], // after more it gives up its connections, and with them what it was about to fill
      begin: () =>
        postgres.ask((prisma) =>
          prisma.$transaction(
            async (tx) => {
              await tx.$executeRaw`LOCK TABLE messages IN ACCESS EXCLUSIVE MODE`
              await flush(cacheUrl, flushes)
              await hang.begin()
            },
            { timeout: 5_000 },
          ),
        ),
      end: hang.end,
    },
  ]
}
