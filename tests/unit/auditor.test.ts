import { expect, test } from 'vitest'
import { openAuditor } from '../../server/cache/auditor.ts'
import { openMetrics, totalOf } from '../../server/kit/metrics.ts'
import { openMemoryLeases } from '../fakes/memory-leases.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { silent } from '../kit/rooms.ts'

const key = '{room}:tail'

async function openAudit() {
  const clock = openManualClock()
  const cache = openMemoryLeases({ clock, leaseMs: 800, markMs: 60_000 })
  const metrics = openMetrics({ node: 'test', version: 'test' })
  const contentOf = (text: string) => text.replace(/^rev \d+ /, '')
  const audit = openAuditor({ leases: cache, clock, metrics, log: silent, contentOf, atOnce: 2 })
  async function keep(value: string): Promise<void> {
    await cache.invalidate([key])
    await cache.lease(key, 'filler')
    await cache.fill(key, 'filler', { value, ttlMs: 600_000 })
  }
  await keep('rev 7 old')
  const outcomes = async () => [await totalOf(metrics.audits), await totalOf(metrics.staleReads)]
  return { clock, cache, metrics, audit, keep, outcomes }
}

test('an answer that says what the source says is fine, whatever rev it names', async () => {
  const { clock, audit, outcomes, metrics } = await openAudit()
  audit(key, 'rev 7 old', async () => 'rev 9 old')
  await clock.advance(5_000)
  expect([await outcomes(), await totalOf(metrics.audits, 'same')]).toEqual([[1, 0], 1])
})

test('the same old bytes a second later, and when repair must have come by, and no write since: a stale read', async () => {
  const { clock, audit, outcomes, metrics } = await openAudit()
  audit(key, 'rev 7 old', async () => 'rev 8 new')
  await clock.advance(3_499)
  expect(await outcomes()).toEqual([0, 0])
  await clock.advance(1)
  expect([await outcomes(), await totalOf(metrics.audits, 'stale')]).toEqual([[1, 1], 1])
})

test('[A1] what its writer died over, repair takes out in its period, and that is told apart', async () => {
  const { clock, audit, keep, outcomes, metrics } = await openAudit()
  audit(key, 'rev 7 old', async () => 'rev 8 new')
  await clock.advance(2_000)
  await keep('rev 8 new')
  await clock.advance(1_500)
  expect([await outcomes(), await totalOf(metrics.audits, 'repaired')]).toEqual([[1, 0], 1])
})

test('a write that was just on its way is no stale read', async () => {
  const { clock, audit, keep, outcomes, metrics } = await openAudit()
  audit(key, 'rev 7 old', async () => 'rev 8 new')
  await clock.advance(500)
  await keep('rev 8 new')
  await clock.advance(500)
  expect([await outcomes(), await totalOf(metrics.audits, 'corrected')]).toEqual([[1, 0], 1])
})

test('a source that moves on meanwhile proves nothing', async () => {
  const { clock, audit, outcomes, metrics } = await openAudit()
  const reads = ['rev 8 new', 'rev 9 newer']
  audit(key, 'rev 7 old', async () => reads.shift() ?? '')
  await clock.advance(1_000)
  expect([await outcomes(), await totalOf(metrics.audits, 'moving')]).toEqual([[1, 0], 1])
})

test('an audit that cannot look counts as failed, and too many at once are let pass', async () => {
  const { clock, audit, outcomes, metrics } = await openAudit()
  for (let answer = 0; answer < 5; answer += 1) audit(key, 'rev 7 old', () => Promise.reject(new Error('away')))
  await clock.advance(1_000)
  expect([await outcomes(), await totalOf(metrics.audits, 'failed')]).toEqual([[2, 0], 2])
})
