/** A node that is nothing but lanes and cached reads, on real Postgres and Redis; closed when the test is over. */
import { onTestFinished } from 'vitest'
import type { PageInput } from '#protocol/wire.ts'
import type { Redis } from '../../server/cache/redis.ts'
import { openCached } from '../../server/cached.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { openAnnounce } from '../../server/rooms/announce.ts'
import { openEpoch } from '../../server/rooms/epoch.ts'
import { openHistory } from '../../server/rooms/history.ts'
import { openLanes } from '../../server/rooms/lanes.ts'
import { eventually } from './eventually.ts'
import { openTestRedis, silentLog, testMetrics } from './open-redis.ts'
import { openStore } from './open-store.ts'
import { laneOptions } from './rooms.ts'

type Needs = {
  databaseUrl: string
  stateUrl: string
  cacheUrl: string
  /** Leaves out what every commit does to cached pages: a mistake that an audit has to find. */
  forgetful?: boolean
}

export type CachedNode = Awaited<ReturnType<typeof openCachedNode>>

export async function openCachedNode({ databaseUrl, stateUrl, cacheUrl, forgetful = false }: Needs) {
  const closing: (() => unknown)[] = []
  onTestFinished(async () => {
    for (const close of closing.reverse()) await close()
  })
  const store = openStore(databaseUrl, 4)
  closing.push(store.close)
  const [state, cache]: Redis[] = await Promise.all([openTestRedis(stateUrl), openTestRedis(cacheUrl)])
  if (state === undefined || cache === undefined) throw new Error('unable to open a node; redis is missing')
  const metrics = testMetrics()
  const epoch = await openEpoch(store)
  const cached = openCached({
    ...store,
    cache,
    state,
    epoch,
    metrics,
    config: { redis: { url: stateUrl, cacheUrl, audit: true } },
    clock: systemClock,
    log: silentLog,
    keep(part) {
      closing.push(() => part.close())
      return part
    },
  })
  const common = { log: store.log, clock: systemClock, metrics, logger: silentLog }
  const pages = forgetful ? {} : { pages: cached.writes }
  const announce = openAnnounce({ ...common, ...pages, fanout: { toRoom() {} }, boundMs: 1_000 })
  const lanes = openLanes({ ...common, ...pages, announce, options: { ...laneOptions, paceMs: 5 } })
  closing.push(() => lanes.drain())
  const history = openHistory({ log: store.log, epoch, metrics, cache: cached.page })
  return {
    ...store,
    ...cached,
    state,
    cache,
    metrics,
    lanes,
    history: (userId: string, input: PageInput) => history.page({ userId, input }),
    historyBytes: (userId: string, input: PageInput) => history.bytes({ userId, input }),
    /** Until it reads from the cache, which it does not at once after a fault. */
    caches: (userId: string, roomId: string) =>
      eventually(async () => (await history.page({ userId, input: { roomId } })).source === 'cache'),
  }
}
