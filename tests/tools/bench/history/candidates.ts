/** Ways to a page of history, each as the text that goes to the client: ours, and what one would build instead. */
import { PrismaPg } from '@prisma/adapter-pg'
import { openRedis } from '../../../../server/cache/redis.ts'
import { openCached } from '../../../../server/cached.ts'
import { systemClock } from '../../../../server/kit/clock.ts'
import { openClosing } from '../../../../server/kit/closing.ts'
import { openMetrics, totalOf } from '../../../../server/kit/metrics.ts'
import { openEpoch } from '../../../../server/rooms/epoch.ts'
import { openHistory } from '../../../../server/rooms/history.ts'
import { openMessageLog } from '../../../../server/store/message-log.ts'
import { pageQuery } from '../../../../server/store/message-queries.ts'
import { openPostgres } from '../../../../server/store/postgres.ts'
import { openRoomBook } from '../../../../server/store/room-book.ts'
import { openUserBook } from '../../../../server/store/user-book.ts'
import { eventually } from '../../../kit/eventually.ts'
import { quiet, type Urls } from '../instrument/stage.ts'
import type { Place } from './places.ts'

type Read = (place: Place) => Promise<string | readonly Buffer[]>

export type CandidateName = keyof Awaited<ReturnType<typeof openCandidates>>['reads']

/** The cached part of a naive cache lives as long as ours does. */
const naiveSeconds = 3_600

/** All in one process, on the parts that a node opens, so that they differ in what they do and in nothing else. */
export async function openCandidates(urls: Urls) {
  const { keep, closeAll } = openClosing({ clock: systemClock, log: quiet, boundMs: 2_000 })
  const metrics = openMetrics({ node: 'bench', version: 'bench' })
  const common = { clock: systemClock, log: quiet, metrics }
  const postgres = keep(openPostgres({ url: urls.DATABASE_URL, poolMax: 10, ...common }))
  const redis = (name: string, url: string) => keep(openRedis({ name, url, ...common }))
  const [state, cache] = [redis('state', urls.REDIS_URL), redis('cache', urls.CACHE_REDIS_URL)]
  const log = openMessageLog({ postgres })
  const epoch = await openEpoch({ log })
  const book = openRoomBook({ postgres })
  const config = { redis: { url: urls.REDIS_URL, cacheUrl: urls.CACHE_REDIS_URL, audit: false } }
  const cached = openCached({
    ...common,
    cache,
    state,
    config,
    epoch,
    postgres,
    book,
    users: openUserBook({ postgres }),
    keep,
  })
  const bare = await new PrismaPg(
    { connectionString: urls.DATABASE_URL, max: 10 },
    { statementNameGenerator: ({ sql }) => String(sql.length) },
  ).connect()
  await eventually(() => state.healthy() && cache.healthy())

  const history = openHistory({ log, epoch, metrics, cache: cached.page })
  const withoutCache = openHistory({ log, epoch, metrics })

  async function mayRead({ roomId, userId }: Place): Promise<void> {
    const room = await postgres.ask((prisma) =>
      prisma.room.findFirst({
        where: { id: roomId, OR: [{ kind: 'public' }, { members: { some: { userId } } }] },
        select: { id: true },
      }),
    )
    if (room === null) throw new Error('unable to read; the room is not for this user')
  }

  async function findMany({ roomId, before, limit }: Place): Promise<string> {
    const rows = await postgres.ask((prisma) =>
      prisma.message.findMany({
        where: { roomId, ...(before === undefined ? {} : { seq: { lt: before } }) },
        orderBy: { seq: 'desc' },
        take: limit,
      }),
    )
    return JSON.stringify({ roomId, messages: rows.reverse() })
  }

  async function bareQuery({ roomId, userId, before, limit }: Place): Promise<string> {
    const query = pageQuery({ roomId, userId, limit, ...(before === undefined ? {} : { before }) })
    const args = [...query.values]
    const { rows } = await bare.queryRaw({
      sql: `SELECT answer::text FROM (${query.text}) page`,
      args,
      argTypes: args.map((arg) => ({ scalarType: typeof arg === 'number' ? 'int' : 'string', arity: 'scalar' })),
    })
    return String(rows[0]?.[0])
  }

  async function naive(place: Place): Promise<string> {
    const key = `naive:${place.roomId}:${place.before ?? 'newest'}`
    const kept = await cache.client.get(key)
    if (kept !== null) return kept
    const text = await findMany(place)
    await cache.client.setEx(key, naiveSeconds, text)
    return text
  }

  const input = ({ roomId, before, limit }: Place) => ({ roomId, limit, ...(before === undefined ? {} : { before }) })
  return {
    reads: {
      ping: () => cache.client.ping(),
      page: async (place: Place) => (await history.bytes({ userId: place.userId, input: input(place) })).bytes,
      built: async (place: Place) => JSON.stringify(await history.page({ userId: place.userId, input: input(place) })),
      direct: async (place: Place) => (await withoutCache.bytes({ userId: place.userId, input: input(place) })).bytes,
      bareQuery,
      findMany,
      checkedFindMany: async (place: Place) => {
        await mayRead(place)
        return await findMany(place)
      },
      naive: async (place: Place) => JSON.stringify(JSON.parse(await naive(place))),
      naiveText: naive,
      checkedNaive: async (place: Place) => {
        await mayRead(place)
        return await naive(place)
      },
    } satisfies Record<string, Read>,
    missed: () => totalOf(metrics.pages, 'database'),
    sessionsNeed: { redis: state, clock: systemClock, metrics },
    close: async () => {
      await bare.dispose()
      await closeAll()
    },
  }
}
