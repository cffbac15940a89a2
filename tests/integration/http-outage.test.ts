/** The HTTP door while Redis or Postgres is away: "try again", soon, and never "signed out". */
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../server/store/migrate.ts'
import { emptyDatabase, migrations } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { clusterEnv, openNodes, openTestNode, type TestNodes } from '../kit/nodes.ts'
import { silentLog } from '../kit/open-redis.ts'
import { type OwnRedis, openOwnRedis } from '../kit/redis.ts'
import { createRoom, openVisitor, type Person, password, signUp } from '../kit/visitor.ts'

let cluster: TestNodes | undefined

afterEach(async () => {
  await cluster?.close()
})

async function openPair(): Promise<{ redis: OwnRedis; ada: Person }> {
  const redis = await openOwnRedis()
  onTestFinished(() => redis.close())
  cluster = await openNodes(1, { REDIS_URL: redis.url })
  return { redis, ada: await signUp(cluster.origins[0] ?? '') }
}

const whoAmI = (ada: Person) => ada.get('/api/session')

test('[S3] with Redis killed every call is 503 at once, and the session is there when it is back', async () => {
  const { redis, ada } = await openPair()
  const { username } = ada.user
  const cookie = ada.cookie
  await redis.kill()
  const first = await whoAmI(ada)
  expect(first).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(first.tookMs).toBeLessThan(4_000)
  expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0)
  for (const ask of [
    () => whoAmI(ada),
    () => ada.get('/api/rooms'),
    () => ada.post('/api/rooms', { kind: 'public', title: 'nowhere' }),
    () => ada.delete('/api/session'),
  ]) {
    const { status, headers, tookMs } = await ask()
    expect(status).toBe(503)
    expect(headers.get('set-cookie')).toBeNull()
    expect(tookMs).toBeLessThan(500)
  }
  const signIn = await openVisitor(ada.origin).post('/api/session', { username, password })
  expect(signIn.status).toBe(503)
  expect(await openVisitor(ada.origin).get('/readyz')).toMatchObject({
    status: 503,
    body: { sessions: false, postgres: true },
  })
  expect((await openVisitor(ada.origin).get('/livez')).status).toBe(200)
  await redis.start()
  await eventually(async () => expect((await whoAmI(ada)).status).toBe(200))
  expect(ada.cookie).toBe(cookie)
})

test('[S3] with Redis hung the first call is 503 within 4 s and the next ones at once', async () => {
  const { redis, ada } = await openPair()
  redis.pause()
  const first = await whoAmI(ada)
  expect(first.status).toBe(503)
  expect(first.tookMs).toBeLessThan(4_000)
  await eventually(async () => {
    const { status, tookMs } = await whoAmI(ada)
    expect(status).toBe(503)
    expect(tookMs).toBeLessThan(100)
  })
  redis.resume()
  await eventually(async () => expect((await whoAmI(ada)).status).toBe(200), { withinMs: 10_000 })
})

test('[C3] with the cache killed everything still works', async () => {
  const cache = await openOwnRedis('cache')
  onTestFinished(() => cache.close())
  cluster = await openNodes(1, { CACHE_REDIS_URL: cache.url })
  const ada = await signUp(cluster.origins[0] ?? '')
  const room = await createRoom(ada, 'private')
  await cache.kill()
  expect((await ada.post(`/api/rooms/${room.id}/messages`, { body: 'still here' })).status).toBe(201)
  expect(await ada.get(`/api/rooms/${room.id}/messages`)).toMatchObject({
    status: 200,
    body: { source: 'database', head: 1 },
  })
  expect((await openVisitor(ada.origin).get('/readyz')).status).toBe(200)
})

test('a node starts while every service is late: alive at once, ready when they are', async () => {
  const redis = await openOwnRedis()
  onTestFinished(() => redis.close())
  await redis.kill()
  const DATABASE_URL = await emptyDatabase()
  const late = await openTestNode(await clusterEnv({ REDIS_URL: redis.url, DATABASE_URL, NODE_NAME: 'late' }))
  onTestFinished(() => late.close())
  const visitor = openVisitor(late.origin)
  expect((await visitor.get('/livez')).status).toBe(200)
  expect(await visitor.get('/readyz')).toMatchObject({ status: 503, body: { open: false, sessions: false } })
  for (const path of ['/api/session', '/socket.io/?EIO=4&transport=polling'])
    expect(await visitor.get(path)).toMatchObject({ status: 503, body: { code: 'unavailable', definite: true } })
  await migrate({ url: DATABASE_URL, folder: migrations, log: silentLog })
  await late.ready
  expect(await visitor.get('/readyz')).toMatchObject({ status: 503, body: { open: true, sessions: false } })
  await redis.start()
  await eventually(async () => expect((await visitor.get('/readyz')).status).toBe(200), { withinMs: 10_000 })
  expect((await signUp(late.origin)).user.username).toBeDefined()
})

test('[D1] [D3] a node that is asked to leave takes no draft, settles what it took, and is gone in time', async () => {
  cluster = await openNodes(2, { DRAIN_MS: '2000' })
  const [leaving, staying] = cluster.nodes
  const ada = await signUp(staying?.origin ?? '')
  const room = await createRoom(ada, 'private')
  ada.origin = leaving?.origin ?? ''
  const sent: Promise<string>[] = []
  const send = (index: number) =>
    ada.post<{ code?: string }>(`/api/rooms/${room.id}/messages`, { body: `line ${index}` }).then(
      ({ status, body }) => (status === 201 ? 'sent' : (body.code ?? String(status))),
      () => 'no connection',
    )
  for (let index = 0; index < 50; index += 1) sent.push(send(index))
  await Promise.race(sent)
  const beganAt = performance.now()
  const drained = leaving?.drain()
  sent.push(send(50))
  await drained
  expect(performance.now() - beganAt).toBeLessThan(2_000)
  const outcomes = await Promise.all(sent)
  expect(outcomes.filter((outcome) => !['sent', 'draining', 'no connection'].includes(outcome))).toEqual([])
  await expect(fetch(`${leaving?.origin}/livez`)).rejects.toThrow()
  ada.origin = staying?.origin ?? ''
  const { body } = await ada.get<{ head: number }>(`/api/rooms/${room.id}/messages`)
  expect(body.head).toBeGreaterThanOrEqual(outcomes.filter((outcome) => outcome === 'sent').length)
})
