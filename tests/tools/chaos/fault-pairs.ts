/** Two misfortunes at once, where one makes the other worse. */
import { must } from '../../../server/kit/must.ts'
import type { Postgres } from '../../../server/store/postgres.ts'
import type { Fault } from './fault.ts'
import { flush } from './fault-data.ts'

/** So long reads gather behind the lock. */
const flushes = { times: 15, everyMs: 20 }

function find(faults: readonly Fault[], name: string): Fault {
  return must(
    faults.find((fault) => fault.name === name),
    `there is ${name}`,
  )
}

/** Those that are two of these. */
export function dataPairs(
  faults: readonly Fault[],
  { cacheUrl, postgres }: { cacheUrl: string; postgres: Postgres },
): Fault[] {
  const hang = find(faults, 'pause a node')
  return [
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

export function wirePairs(faults: readonly Fault[]): Fault[] {
  const [late, restart] = [find(faults, 'delay Postgres for a node'), find(faults, 'restart nginx')]
  return [
    {
      // everybody comes back at once, and a third of them are told how things stood a while ago
      name: 'delay Postgres for a node and restart nginx',
      lastsMs: [2_000, 4_000],
      async begin() {
        await late.begin()
        await restart.begin()
        await restart.end()
      },
      end: late.end,
    },
  ]
}
