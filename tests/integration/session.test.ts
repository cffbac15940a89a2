/** Sessions over real HTTP requests: two nodes, one Redis. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { openSessions, type SessionRequest, type Sessions } from '../../server/cache/session.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis, testMetrics } from '../kit/open-redis.ts'
import { freshRedisUrl, openOwnRedis } from '../kit/redis.ts'

const secret = 'a secret of at least thirty-two characters'
const ada = { userId: '0198c5f0-0000-7000-8000-000000000001', generation: 1 }
const dayMs = 86_400_000

type Options = { ttlMs?: number; secret?: string; slow?: () => Promise<void> }

/** A node that answers `/in`, `/out`, `/who`, `/renew`, and `/slow`, which writes to its session once it may go on. */
async function openNode(url: string, options: Options = {}) {
  const redis = await openTestRedis(url)
  const sessions = openSessions({ redis, secret, ttlMs: dayMs, clock: systemClock, metrics: testMetrics(), ...options })
  const origin = await listen((request, response) => {
    const work = async () => {
      if (request.url === '/in') return await sessions.signIn(request, ada)
      if (request.url === '/renew') return await sessions.renew(request, 2)
      if (request.url === '/out') return await sessions.signOut(request)
      if (request.url === '/slow') {
        await options.slow?.()
        const { session } = request as SessionRequest
        if (session !== undefined) session.userAgent = 'written late'
      }
      return sessions.current(request)
    }
    sessions.middleware(request as never, response as never, (fault?: unknown) => {
      const answer = fault === undefined ? work() : Promise.reject(fault)
      answer.then(
        (value) => response.end(JSON.stringify(value ?? null)),
        (reason: unknown) => {
          response.statusCode = reason instanceof Refusal ? reason.status : 500
          response.end()
        },
      )
    })
  })
  return { redis, sessions, origin }
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await eventually(() => server.listening)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function call(origin: string, path: string, cookie = '') {
  const began = performance.now()
  const response = await fetch(origin + path, { headers: { cookie, 'user-agent': 'test device' } })
  const text = await response.text()
  return {
    status: response.status,
    view: text === '' ? null : JSON.parse(text),
    set: response.headers.get('set-cookie'),
    cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    tookMs: performance.now() - began,
  }
}

const handles = async (sessions: Sessions) => (await sessions.devices(ada.userId)).map(({ handle }) => handle)

test('[S1] any node accepts a session, the moment the sign-in is answered', async () => {
  const url = freshRedisUrl()
  const [one, two] = [await openNode(url), await openNode(url)]
  const { cookie } = await call(one.origin, '/in')
  const { view } = await call(two.origin, '/who', cookie)
  expect(view).toMatchObject({ ...ada, userAgent: 'test device' })
  expect(await two.sessions.read(`theme=dark; ${cookie}; other=1`)).toEqual(view)
  expect((await call(two.origin, '/who')).view).toBeNull()
})

test('[S2] signing in renews the id, signing out ends the session everywhere', async () => {
  const url = freshRedisUrl()
  const [one, two] = [await openNode(url), await openNode(url)]
  const first = await call(one.origin, '/in')
  const second = await call(one.origin, '/in', first.cookie)
  expect(second.cookie).not.toBe(first.cookie)
  expect((await call(two.origin, '/who', first.cookie)).view).toBeNull()
  expect(await handles(two.sessions)).toEqual([second.view.handle])
  await call(two.origin, '/out', second.cookie)
  expect((await call(one.origin, '/who', second.cookie)).view).toBeNull()
  expect(await handles(one.sessions)).toEqual([])
})

test('[X3] [C7] signing in over and over fills no memory: the devices used last are kept', async () => {
  const node = await openNode(freshRedisUrl(), { ttlMs: 10_000 })
  const [used, unused] = [await call(node.origin, '/in'), await call(node.origin, '/in')]
  const endOf = async () => Number(await node.redis.client.zScore(`devices:${ada.userId}`, used.view.sid))
  const firstEnd = await endOf()
  await eventually(async () => {
    await call(node.origin, '/who', used.cookie)
    return (await endOf()) > firstEnd
  })
  while ((await handles(node.sessions)).length < limits.devices) await call(node.origin, '/in')
  expect(await handles(node.sessions)).toContain(unused.view.handle)
  await call(node.origin, '/in')
  expect(await handles(node.sessions)).toHaveLength(limits.devices)
  expect((await call(node.origin, '/who', used.cookie)).view).not.toBeNull()
  expect((await call(node.origin, '/who', unused.cookie)).view).toBeNull()
})

test('[S5] the cookie is out of reach of scripts and of other sites, and only our secret makes one', async () => {
  const url = freshRedisUrl()
  const [node, stranger] = [await openNode(url), await openNode(url, { secret: 'x'.repeat(32) })]
  const { cookie, set, view } = await call(node.origin, '/in')
  expect(set).toMatch(/^parley\.sid=s%3A.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/)
  expect((await call(node.origin, '/who', cookie)).set).toBeNull()
  const forged = `parley.sid=s%3A${view.sid}.${'A'.repeat(43)}`
  for (const bad of [
    forged,
    `parley.sid=${view.sid}`,
    cookie.slice(0, -1),
    'parley.sid=',
    'parley.sid=%',
    'a=b=c;;=',
  ]) {
    expect((await call(node.origin, '/who', bad)).view, bad).toBeNull()
    expect(await node.sessions.read(bad), bad).toBeNull()
  }
  expect((await call(stranger.origin, '/who', cookie)).view).toBeNull()
  expect(await stranger.sessions.read(cookie)).toBeNull()
  expect(await node.sessions.read(undefined)).toBeNull()
})

test('[S3] a killed store is 503 at once and never "signed out"; the session outlives the restart', async () => {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const { origin, sessions, redis } = await openNode(own.url)
  const { cookie, view } = await call(origin, '/in')
  await own.kill()
  await eventually(() => !redis.healthy())
  const away = await call(origin, '/who', cookie)
  expect(away).toMatchObject({ status: 503, set: null })
  expect(away.tookMs).toBeLessThan(100)
  for (const work of [sessions.read(cookie), sessions.look([view.sid]), sessions.touch(view.sid)]) {
    await expect(work).rejects.toMatchObject({ code: 'unavailable', view: { definite: true } })
  }
  expect((await call(origin, '/in')).status).toBe(503)
  await own.start()
  const isBack = async () => expect((await call(origin, '/who', cookie)).view).toEqual(view)
  await eventually(isBack, { withinMs: 20_000 }) // that it comes back is promised, not how soon
})

test('[S3] a hung store is 503 within 4 s once, then at once, and over when the store wakes', async () => {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const { origin, redis } = await openNode(own.url)
  const { cookie, view } = await call(origin, '/in')
  own.pause()
  const first = await call(origin, '/who', cookie)
  expect(first.status).toBe(503)
  expect(first.tookMs).toBeLessThan(4_000)
  await eventually(() => !redis.healthy())
  const next = await call(origin, '/who', cookie)
  expect(next.status).toBe(503)
  expect(next.tookMs).toBeLessThan(100)
  own.resume()
  await eventually(async () => expect((await call(origin, '/who', cookie)).view).toEqual(view))
})

test('[S4] a slow request cannot resurrect the session that ended while it ran', async () => {
  const url = freshRedisUrl()
  const [entered, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow = () => {
    entered.resolve()
    return left.promise
  }
  const [one, two] = [await openNode(url, { slow }), await openNode(url)]
  const { cookie, view } = await call(two.origin, '/in')
  const late = call(one.origin, '/slow', cookie)
  await entered.promise
  await call(two.origin, '/out', cookie)
  left.resolve()
  expect((await late).status).toBe(200)
  expect((await call(two.origin, '/who', cookie)).view).toBeNull()
  expect(await two.redis.client.exists(`session:${view.sid}`)).toBe(0)
})

test('[S6] use prolongs a session, but writes only when a tenth of its life or ten minutes have passed', async () => {
  const { origin, sessions, redis } = await openNode(freshRedisUrl())
  const { cookie, view } = await call(origin, '/in')
  const key = `session:${view.sid}`
  const leftMs = () => redis.client.pTTL(key)
  await redis.client.pExpire(key, dayMs - 540_000)
  expect(await sessions.touch(view.sid)).toBe(true)
  await call(origin, '/who', cookie)
  expect(await leftMs()).toBeLessThanOrEqual(dayMs - 540_000)
  for (const use of [() => sessions.touch(view.sid), () => call(origin, '/who', cookie), () => sessions.read(cookie)]) {
    await redis.client.pExpire(key, dayMs - 660_000)
    await use()
    expect(await leftMs()).toBeGreaterThan(dayMs - 10_000)
  }
})

test('[S6] an unused session expires, and nothing of it stays', async () => {
  const { origin, sessions, redis } = await openNode(freshRedisUrl(), { ttlMs: 300 })
  await redis.client.flushDb()
  const { cookie, view } = await call(origin, '/in')
  await eventually(async () => (await sessions.look([view.sid])).get(view.sid) === null)
  expect(await sessions.touch(view.sid)).toBe(false)
  expect((await call(origin, '/who', cookie)).view).toBeNull()
  expect(await handles(sessions)).toEqual([])
  for (const key of await redis.client.keys('*')) expect(await redis.client.pTTL(key), key).toBeGreaterThan(0)
})

test('[S7] devices have public handles, and end one by one or all but one', async () => {
  const { origin, sessions } = await openNode(freshRedisUrl())
  const views = []
  for (let device = 0; device < 4; device += 1) views.push((await call(origin, '/in')).view)
  const [first, second, third, fourth] = views
  expect(new Set(await handles(sessions))).toEqual(new Set(views.map(({ handle }) => handle)))
  for (const { handle, sid } of views) {
    expect(handle).toMatch(/^[\w-]{22}$/)
    expect(sid).not.toContain(handle.slice(0, 6))
  }
  expect(await sessions.end(ada.userId, second.handle)).toEqual(second)
  expect(await sessions.end(ada.userId, second.handle)).toBeNull()
  expect(await sessions.end('somebody else', first.handle)).toBeNull()
  const ended = await sessions.endOthers(ada.userId, third.handle)
  expect(new Set(ended.map(({ sid }) => sid))).toEqual(new Set([first.sid, fourth.sid]))
  const looked = await sessions.look(views.map(({ sid }) => sid))
  expect([...looked.values()]).toEqual([null, null, { generation: third.generation }, null])
  expect(await sessions.look([])).toEqual(new Map())
})

test('[S8] a device moves on to the next generation of its user, unless it has ended', async () => {
  const url = freshRedisUrl()
  const [one, two] = [await openNode(url), await openNode(url)]
  const { cookie, view } = await call(one.origin, '/in')
  await call(one.origin, '/renew', cookie)
  expect((await call(two.origin, '/who', cookie)).view).toEqual({ ...view, generation: 2 })
  await two.sessions.end(ada.userId, view.handle)
  await call(one.origin, '/renew', cookie)
  expect((await call(two.origin, '/who', cookie)).view).toBeNull()
})
