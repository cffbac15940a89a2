/** The roster on a Redis of its own: its size, and its end. What it promises is in tests/contract/roster.ts. */
import { expect, onTestFinished, test } from 'vitest'
import { openRoster } from '../../server/cache/roster.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis } from '../kit/open-redis.ts'
import { openOwnRedis } from '../kit/redis.ts'

async function openOwnRoster() {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const redis = await openTestRedis(own.url)
  return { own, redis, roster: openRoster({ redis }) }
}

test('many users fit in one call', async () => {
  const { roster } = await openOwnRoster()
  const userIds = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
  await roster.put('node-1', userIds)
  await roster.remove('node-1', userIds.slice(1))
  expect((await roster.usersOf('node-1')).userIds).toEqual(['user-0'])
})

test('a node that says nothing more leaves no row behind', async () => {
  const { roster, redis } = await openOwnRoster()
  await roster.put('node-1', ['ada'])
  await roster.beat('node-1', '{}', 20)
  await eventually(async () => expect(await redis.client.keys('*')).toEqual([]))
})

test('a roster without Redis rejects at once, and works again after the restart', async () => {
  const { roster, own, redis } = await openOwnRoster()
  await own.kill()
  await eventually(() => !redis.healthy())
  await expect(roster.nodes()).rejects.toThrow('away')
  await own.start()
  await eventually(() => redis.healthy())
  await roster.put('node-1', ['ada'])
})
