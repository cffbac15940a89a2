/** Two misfortunes at once, where one makes the other worse. */
import { setTimeout as pause } from 'node:timers/promises'
import { must } from '../../../server/kit/must.ts'
import type { Seeded } from '../../kit/seeded.ts'
import type { Fault } from './fault.ts'
import { flush } from './fault-data.ts'

const flushes = { times: 15, everyMs: 20 }

/** The same faults, and those that are two of them. */
export function withPairs(
  faults: readonly Fault[],
  { cacheUrl, chance }: { cacheUrl: string; chance: Seeded },
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
      // everything is read anew, and the node hangs with some of it in its hands
      name: 'flush the cache and pause a node',
      lastsMs: [1_000, 2_500], // after more it gives up its connections, and with them what it was about to fill
      async begin() {
        const flushed = flush(cacheUrl, flushes)
        await pause((flushes.times * flushes.everyMs) / 2 + chance.between(0, flushes.everyMs))
        await hang.begin()
        await flushed
      },
      end: hang.end,
    },
  ]
}
