/** How much of what is asked for comes from the cache, when it has only so much memory. */
import { openRedis } from '../../../../server/cache/redis.ts'
import { systemClock } from '../../../../server/kit/clock.ts'
import { openMetrics } from '../../../../server/kit/metrics.ts'
import { eventually } from '../../../kit/eventually.ts'
import type { Section } from '../instrument/report.ts'
import { meterOf, sliceOf, totalOf } from '../instrument/rounds.ts'
import { quiet, type Stage } from '../instrument/stage.ts'
import type { Options } from '../workload.ts'
import { openReader } from './at-server.ts'
import { sharesOf } from './places.ts'

/** About what a message takes up in a cached page. */
const bytesPerMessage = 345
const megabyte = 2 ** 20
const atOnce = 8

type Row = {
  megabytes: number
  hitShare: number
  ideal: number
  perSecond: number
  p99Ms: number
  cpuUs: number
  keys: number
}

/** From a sixtieth of all pages up to more than there is room needed for. */
function sizesOf({ messages }: Options): number[] {
  const all = (messages * bytesPerMessage) / megabyte
  const sizes = Array.from({ length: 10 }, (_, power) => 4 * 2 ** power)
  return sizes.filter((size) => size >= all / 64 && size < all * 4)
}

/** What one would hit who kept the most famous pages and nothing else. */
function idealOf(shares: Float64Array, pages: number): number {
  return shares.subarray(0, Math.max(0, Math.floor(pages))).reduce((sum, share) => sum + share, 0)
}

/** All pages are read once, the least famous first; then the memory is made smaller, step by step. */
export async function memory(stage: Stage, options: Options): Promise<Section> {
  const metrics = openMetrics({ node: 'bench', version: 'bench' })
  const redis = openRedis({ url: stage.urls.CACHE_REDIS_URL, name: 'bench', log: quiet, metrics, clock: systemClock })
  await eventually(redis.healthy)
  const { maxmemory = '0' } = await redis.client.configGet('maxmemory')
  const reader = await openReader(stage)
  const meter = meterOf({ reader: reader.pid, ...stage.pids })
  const shares = sharesOf(options)
  const sizes = sizesOf(options).reverse()
  const draws = Math.min(8_000, Math.ceil(options.messages / 50))
  const rows: Row[] = []
  const othersShare: number[] = []
  try {
    await redis.client.configSet('maxmemory', `${sizes[0]}mb`)
    await redis.client.flushAll()
    await reader.ask({ kind: 'prepare', size: options, seed: 2, places: 0 })
    await reader.ask({ kind: 'warm', candidate: 'page' })
    await reader.ask({ kind: 'prepare', size: options, seed: 3, places: (2 * sizes.length + 1) * draws })
    let from = 0
    for (const megabytes of sizes) {
      stage.say(`${megabytes} MB`)
      await redis.client.configSet('maxmemory', `${megabytes}mb`)
      const draw = async (count: number) => {
        from += count
        return await reader.ask({ kind: 'read', candidate: 'page', load: { forMs: 120_000, count, atOnce }, from })
      }
      await draw(draws)
      const before = await reader.ask({ kind: 'missed' })
      const { value, use } = await meter(() => draw(draws))
      const missed = (await reader.ask({ kind: 'missed' })) - before
      const slice = sliceOf(value, use)
      othersShare.push(slice.othersShare)
      rows.push({
        megabytes,
        hitShare: 1 - missed / draws,
        ideal: idealOf(shares, (megabytes * megabyte) / (bytesPerMessage * 50)),
        perSecond: slice.perSecond,
        p99Ms: slice.p99Ms,
        cpuUs: totalOf(slice),
        keys: await redis.client.dbSize(),
      })
    }
    rows.reverse()
    return { ...sectionOf(rows, draws), othersShare }
  } finally {
    await reader.close()
    await redis.client.configSet('maxmemory', maxmemory)
    await redis.client.flushAll()
    await redis.close()
  }
}

function sectionOf(rows: Row[], draws: number): Omit<Section, 'othersShare'> {
  const curve = (name: string, of: (row: Row) => number) => ({
    name,
    points: rows.map((row): [number, number] => [row.megabytes, of(row)]),
  })
  return {
    tables: [
      {
        title: 'Hits by memory',
        note: `${draws.toLocaleString('en')} pages asked for at each size after as many to settle, ${atOnce} at once, right checked; allkeys-lru. "Best possible" knows the future: it keeps the most famous pages and nothing else.`,
        columns: [
          { title: 'maxmemory MB' },
          { title: 'hits %', digits: 1 },
          { title: 'best possible %', digits: 1 },
          { title: 'requests/s' },
          { title: 'p99 ms', digits: 2 },
          { title: 'CPU' },
          { title: 'keys' },
        ],
        rows: rows.map(({ megabytes, hitShare, ideal, perSecond, p99Ms, cpuUs, keys }) => [
          String(megabytes),
          hitShare * 100,
          ideal * 100,
          perSecond,
          p99Ms,
          cpuUs,
          keys,
        ]),
      },
    ],
    plots: [
      {
        kind: 'curves',
        title: 'Hits by memory',
        x: { title: 'maxmemory, MB', log: true },
        y: { title: '% of pages', most: 100 },
        curves: [
          curve('from the cache', ({ hitShare }) => hitShare * 100),
          curve('best possible', ({ ideal }) => ideal * 100),
        ],
      },
      {
        kind: 'curves',
        title: 'CPU per page by memory',
        x: { title: 'maxmemory, MB', log: true },
        y: { title: 'microseconds, all processes' },
        curves: [curve('ours', ({ cpuUs }) => cpuUs)],
      },
    ],
    targets: [],
    raw: rows,
  }
}
