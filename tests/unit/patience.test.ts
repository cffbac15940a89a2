import { expect, test } from 'vitest'
import { openPatience } from '../../server/cache/patience.ts'
import type { RedisClient } from '../../server/cache/redis.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { watch } from '../kit/rooms.ts'

const client = {} as RedisClient // no command of it is given
const never = () => new Promise<string>(() => {})

function openImpatient() {
  const clock = openManualClock()
  const redis = { client, isHealthy: true, healthy: () => redis.isHealthy }
  return { clock, redis, patience: openPatience({ redis, clock, boundMs: 150, restMs: 500 }) }
}

test('[C3] an answer in time is an answer, and leaves no alarm behind', async () => {
  const { clock, patience } = openImpatient()
  expect(await patience.ask('look', async () => 'value')).toBe('value')
  expect(clock.pending()).toBe(0)
})

test('[C3] after a disappointment nobody waits for a while', async () => {
  const { clock, patience } = openImpatient()
  const asked = watch(patience.ask('look', never))
  await clock.advance(149)
  expect(asked.state).toBe('pending')
  await clock.advance(1)
  expect(asked.fault).toMatchObject({ message: 'unable to look; no answer in 150 ms' })
  await expect(patience.ask('look', never)).rejects.toThrow('away')
  await clock.advance(500)
  expect(await patience.ask('look', async () => 'value')).toBe('value')
})

test('[C3] a Redis that is known to be away is not asked', async () => {
  const { redis, patience } = openImpatient()
  redis.isHealthy = false
  expect(patience.willing()).toBe(false)
  await expect(patience.ask('look', never)).rejects.toThrow('away')
})

test('a loop that is slow itself has looked for the answer less often, and waits that much longer', async () => {
  const { clock, redis } = openImpatient()
  const slow = { ...clock, after: (delayMs: number, task: () => void) => clock.after(delayMs + 100, task) }
  const patience = openPatience({ redis, clock: slow, boundMs: 150, restMs: 500 })
  const answer = Promise.withResolvers<string>()
  const answered = watch(patience.ask('look', () => answer.promise))
  const unanswered = watch(patience.ask('look', never))
  await clock.advance(1_149)
  expect([answered.state, unanswered.state]).toEqual(['pending', 'pending'])
  answer.resolve('value')
  await clock.advance(1)
  expect(answered.value).toBe('value')
  expect(unanswered.fault).toMatchObject({ message: 'unable to look; no answer in 150 ms' })
})
