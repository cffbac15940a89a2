/** A change of something that is cached: marked before, deleted after, owed if the cache cannot be reached. [C6] [C8] */
import { randomUUID } from 'node:crypto'
import type { LeaseCache } from './lease-cache.ts'
import type { Marks } from './marks.ts'

type Needs = {
  leases: Pick<LeaseCache, 'invalidate'>
  marks: Pick<Marks, 'mark' | 'unmark'>
  /** Takes down keys whose invalidation has to wait; never rejects. */
  owe: (keys: string[]) => Promise<void>
}

/** Settles as `work` does; then no cache has the old value, and a death on the way leaves none. */
export type Change = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>

export function openChange({ leases, marks, owe }: Needs): Change {
  return async (key, work) => {
    const writer = randomUUID()
    const isMarked = await succeeds(async () => {
      await marks.mark([key], writer) // first, so that whoever leases after the invalidation sees it
      await leases.invalidate([key])
    })
    try {
      return await work()
    } finally {
      const isDropped = await succeeds(async () => {
        await leases.invalidate([key]) // first, so that whoever read before the change does not outlast the mark
        await marks.unmark([key], [writer])
      })
      if (!isMarked || !isDropped) await owe([key])
    }
  }
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  return await work().then(
    () => true,
    () => false,
  )
}
