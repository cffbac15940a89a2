/** Records of users and hot lists on real Postgres and Redis, over two nodes. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { openCachedNode } from '../kit/cached-node.ts'
import { freshDatabase } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { type OwnRedis, openOwnRedis } from '../kit/redis.ts'
import { furnish } from '../kit/rooms.ts'

let databaseUrl = ''
let state: OwnRedis
let cache: OwnRedis

beforeAll(async () => {
  ;[databaseUrl, state, cache] = await Promise.all([freshDatabase(), openOwnRedis('state'), openOwnRedis('cache')])
})
afterAll(() => Promise.all([state.close(), cache.close()]))

async function openNodes() {
  const urls = { databaseUrl, stateUrl: state.url, cacheUrl: cache.url }
  const [one, two] = [await openCachedNode(urls), await openCachedNode(urls)]
  await one.postgres.ask((prisma) => prisma.$executeRaw`TRUNCATE users, rooms CASCADE`)
  const { userIds } = await furnish(one, { people: 3, rooms: 1, kind: 'public' })
  return { one, two, userIds, userId: must(userIds[0], 'there is somebody') }
}

test('[C6] who is renamed on one node has the new name on the other, the moment the request is answered', async () => {
  const { one, two, userId } = await openNodes()
  for (const displayName of ['Ada', 'Ada Lovelace', 'Countess Lovelace']) {
    await Promise.all([one.people.byId(userId), two.people.byId(userId)])
    expect(await two.people.byId(userId)).toMatchObject({ source: 'cache' })
    await one.users.change(userId, { displayName })
    expect(await two.people.byId(userId)).toMatchObject({ user: { displayName } })
  }
})

test('[C6] [S8] the generation that sessions are measured by is the new one, the moment a changed password is answered', async () => {
  const { one, two, userId } = await openNodes()
  for (let password = 0; password < 3; password += 1) {
    await Promise.all([one.users.byIds([userId]), two.users.byIds([userId])])
    const { generation } = await two.users.setPassword(userId, `hash ${password}`)
    expect(await one.users.byIds([userId])).toMatchObject([{ generation }])
  }
})

test('[C6] renamed under readers on both nodes, nobody is ever shown an older name than was answered', async () => {
  const { one, two, userId } = await openNodes()
  let answered = 0
  let old = 0
  async function read(node: typeof one): Promise<void> {
    for (let turn = 0; turn < 400; turn += 1) {
      const due = answered
      const found = await node.people.byId(userId)
      if (due > 0 && Number(found?.user.displayName) < due) old += 1
    }
  }
  async function rename(): Promise<void> {
    for (let name = 1; name <= 100; name += 1) {
      await (name % 2 === 0 ? one : two).users.change(userId, { displayName: String(name) })
      answered = name
    }
  }
  await Promise.all([read(one), read(two), read(two), rename()])
  expect([answered, old]).toEqual([100, 0])
})

test('a batch is one look and one query; a record that is missing is remembered as missing', async () => {
  const { one, two, userIds } = await openNodes()
  const nobody = randomUUIDv7()
  const { source, users } = await one.people.byIds([...userIds, nobody])
  expect([source, users.length]).toEqual(['database', 3])
  const again = await two.people.byIds([...userIds, nobody])
  expect([again.source, again.users.length]).toEqual(['cache', 3])
  expect(await two.people.byId(nobody)).toBeNull()
})

test('[C3] [C6] with the cache killed users are read from Postgres, and a fault of Postgres is told as such', async () => {
  const { one, userId } = await openNodes()
  await cache.kill()
  onTestFinished(() => cache.start())
  expect(await one.people.byId(userId)).toMatchObject({ source: 'database' })
  await one.users.change(userId, { displayName: 'Renamed meanwhile' })
  expect(await one.people.byId(userId)).toMatchObject({ user: { displayName: 'Renamed meanwhile' } })
  await expect(one.people.byId('what Postgres cannot take')).rejects.toThrow()
})

test('[C6] renamed on a node that is cut off from the cache, everybody has the new name within a repair period', async () => {
  const { one, userId } = await openNodes()
  const own = await openOwnRedis('cache')
  onTestFinished(() => own.close())
  const cutOff = await openCachedNode({ databaseUrl, stateUrl: state.url, cacheUrl: own.url })
  await own.kill()
  await eventually(() => !cutOff.cache.healthy())
  await eventually(async () => (await one.people.byId(userId))?.source === 'cache')
  await cutOff.users.change(userId, { displayName: 'Renamed apart' })
  await eventually(
    async () => expect(await one.people.byId(userId)).toMatchObject({ user: { displayName: 'Renamed apart' } }),
    { withinMs: 2_500 },
  )
})

test('[C5] a hot list says where it comes from, and is shared by all who ask the same', async () => {
  const { one, two } = await openNodes()
  await one.cache.client.flushAll()
  const first = await one.listPublic('room')
  expect([first.source, first.rooms.map(({ title }) => title)]).toEqual(['database', ['Room 1']])
  expect(await two.listPublic('room')).toEqual({ ...first, source: 'cache' })
  expect((await two.listPublic('another')).source).toBe('database')
})
