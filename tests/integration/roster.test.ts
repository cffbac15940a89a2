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

test('[P2] a node lives as long as its beats, and its users go with it', async () => {
  const { roster } = await openOwnRoster()
  await roster.put('node-1', ['ada', 'bob'])
  const version = await roster.beat('node-1', '{"sockets":2}', 300)
  expect(version).toBeGreaterThan(0)
  await roster.beat('node-2', '{}', 60_000)
  expect(await roster.nodes()).toEqual([
    { name: 'node-1', view: '{"sockets":2}', version },
    { name: 'node-2', view: '{}', version: 0 },
  ])
  await eventually(async () => expect((await roster.nodes()).map(({ name }) => name)).toEqual(['node-2']))
  expect(await roster.usersOf('node-1')).toEqual({ version, userIds: expect.arrayContaining(['ada', 'bob']) })
  await roster.drop('node-1')
  expect(await roster.usersOf('node-1')).toEqual({ version: 0, userIds: [] })
})

test('every change of the users raises their version', async () => {
  const { roster } = await openOwnRoster()
  const versions = [
    await roster.put('node-1', ['ada']),
    await roster.add('node-1', ['bob', 'eve']),
    await roster.remove('node-1', ['ada', 'eve']),
    await roster.put('node-1', []),
    await roster.add('node-1', ['zoe']),
  ]
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  expect(await roster.usersOf('node-1')).toEqual({ version: versions.at(-1), userIds: ['zoe'] })
})

test('many users fit in one call', async () => {
  const { roster } = await openOwnRoster()
  const userIds = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
  await roster.put('node-1', userIds)
  await roster.remove('node-1', userIds.slice(1))
  expect((await roster.usersOf('node-1')).userIds).toEqual(['user-0'])
})

test('what Redis forgot shows as version 0, is not taken for whole, and outgrows every version before it', async () => {
  const { roster, redis } = await openOwnRoster()
  const before = await roster.put('node-1', ['ada', 'bob'])
  await redis.client.flushAll()
  expect(await roster.beat('node-1', '{}', 10_000)).toBe(0)
  expect(await roster.add('node-1', ['eve'])).toBe(0)
  expect(await roster.usersOf('node-1')).toEqual({ version: 0, userIds: [] })
  const healed = await roster.put('node-1', ['ada', 'bob', 'eve'])
  expect(healed).toBeGreaterThan(before)
  expect(await roster.beat('node-1', '{}', 10_000)).toBe(healed)
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
