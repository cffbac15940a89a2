import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openHistoryWrites } from '../../server/cache/history-writes.ts'
import { openLog } from '../../server/kit/log.ts'
import { openMetrics } from '../../server/kit/metrics.ts'

/** Found on running nodes: an edit tried in vain and at once again lost its mark to the first try's way out. */
test('[C8] a mark made while an earlier drop is on its way is not taken away by it', async () => {
  const marked = new Set<string>()
  const invalidations: (() => void)[] = []
  const redis: { isSlow: boolean } = { isSlow: false }
  const writes = openHistoryWrites({
    leases: {
      reachable: () => true,
      invalidate: () => (redis.isSlow ? new Promise((resolve) => invalidations.push(resolve)) : Promise.resolve()),
      extend: () => Promise.resolve('extended'),
      outdate: () => Promise.resolve(),
    },
    marks: {
      mark: async (keys) => {
        for (const key of keys) marked.add(key)
      },
      unmark: async (keys) => {
        for (const key of keys) marked.delete(key)
      },
    },
    owe: () => Promise.resolve(),
    metrics: openMetrics({ node: 'test', version: 'test' }),
    log: openLog({ node: 'test', level: 'silent', pretty: false }),
  })
  const rows = [{ roomId: randomUUID(), seq: 7 }]

  await writes.mark(rows)
  expect(marked.size).toBeGreaterThan(0)
  redis.isSlow = true
  const first = writes.drop(rows)
  redis.isSlow = false
  await writes.mark(rows)
  for (const finish of invalidations) finish()
  await first
  expect(marked.size).toBeGreaterThan(0)
  await writes.drop(rows)
  expect(marked.size).toBe(0)
})
