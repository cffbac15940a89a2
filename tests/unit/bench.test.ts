/** The pure parts of the benchmark: a figure is worth as much as the arithmetic behind it. */
import { expect, test } from 'vitest'
import { openSeeded } from '../kit/seeded.ts'
import { openPlaces, scrolled } from '../tools/bench/history/places.ts'
import { headOf } from '../tools/bench/history/seed.ts'
import { type CpuReading, parseMachine, parseStat, ticksOf, useBetween } from '../tools/bench/instrument/cpu.ts'
import { apply } from '../tools/bench/instrument/load.ts'
import { drawPage } from '../tools/bench/instrument/page.ts'
import { ticksUpTo } from '../tools/bench/instrument/plot.ts'
import type { Report } from '../tools/bench/instrument/report.ts'
import { interleave, sliceOf, summaryOf, totalOf } from '../tools/bench/instrument/rounds.ts'
import { ascending, figureOf, median, quantile, spreadOf } from '../tools/bench/instrument/samples.ts'
import { drawReport, drawTable } from '../tools/bench/instrument/table.ts'
import { openZipf } from '../tools/bench/instrument/zipf.ts'

test('the n-th is asked for 1/n as often as the first', () => {
  const zipf = openZipf({ count: 100, exponent: 1, random: openSeeded(7).next })
  const counts = new Array<number>(100).fill(0)
  for (let n = 0; n < 100_000; n++) {
    const index = zipf.next()
    counts[index] = (counts[index] ?? 0) + 1
  }
  const first = counts[0] ?? 0
  expect(first / 100_000).toBeCloseTo(zipf.shareOf(0), 2)
  expect((counts[1] ?? 0) / first).toBeCloseTo(1 / 2, 1)
  expect((counts[9] ?? 0) / first).toBeCloseTo(1 / 10, 1)
  expect(counts.every((count) => count > 0)).toBe(true)
})

test('chance at its ends still names something there is', () => {
  for (const random of [0, 0.999_999_999_999]) {
    const index = openZipf({ count: 3, exponent: 1, random: () => random }).next()
    expect(index).toBe(random === 0 ? 0 : 2)
  }
})

test('quantiles go by nearest rank, and a median of an even number lies between the two in the middle', () => {
  const sorted = ascending([5, 1, 4, 2, 3])
  expect([quantile(sorted, 0), quantile(sorted, 0.5), quantile(sorted, 0.99)]).toEqual([1, 3, 5])
  expect(quantile([], 0.5)).toBe(0)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(figureOf([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 })
  expect(spreadOf({ median: 2, low: 1, high: 3 })).toBe(1)
})

const stat = (pid: number, name: string, parent: number, [user, system, reapedUser, reapedSystem]: number[]) =>
  `${pid} (${name}) S ${parent} ${pid} ${pid} 0 -1 4194304 100 0 0 0 ${user} ${system} ${reapedUser} ${reapedSystem} 20 0 1 0 100 0 0`

test('a process is charged for its children, living and dead, whatever it is called', () => {
  const lines = [
    stat(10, 'postgres', 1, [5, 3, 2, 1]),
    stat(11, 'postgres: a) b', 10, [7, 0, 0, 0]),
    stat(12, 'grandchild', 11, [1, 1, 0, 0]),
    stat(20, 'somebody else', 1, [100, 100, 0, 0]),
  ]
  const stats = lines.flatMap((line) => parseStat(line) ?? [])
  expect(stats[1]).toEqual({ pid: 11, parent: 10, ticks: 7, reaped: 0 })
  expect(ticksOf(10, stats)).toBe(5 + 3 + 2 + 1 + 7 + 2)
  expect(ticksOf(99, stats)).toBe(0)
  expect(parseStat('nothing of the kind')).toBeNull()
})

test('what others used is what was busy and not ours', () => {
  expect(parseMachine('cpu  10 20 30 400 50 6 7 8 0 0\ncpu0 …')).toEqual({ busy: 81, stolen: 8 })
  const reading = (atMs: number, server: number, busyMs: number): CpuReading => ({
    atMs,
    cpuMs: { server },
    machine: { busyMs, stolenMs: 0 },
  })
  expect(useBetween(reading(0, 100, 1_000), reading(1_000, 600, 2_500), 2)).toEqual({
    tookMs: 1_000,
    cpuMs: { server: 500 },
    othersShare: 0.5,
  })
})

test('a slice is told per piece of work, a summary by medians', () => {
  const use = { tookMs: 1_000, cpuMs: { server: 100, cache: 20 }, othersShare: 0 }
  const slice = sliceOf({ tookMs: Float64Array.from([3, 1, 2, 4]), forMs: 2_000 }, use)
  expect(slice).toMatchObject({ perSecond: 2, p50Ms: 3, p99Ms: 4, cpuUs: { server: 25_000, cache: 5_000 } })
  expect(totalOf(slice)).toBe(30_000)
  const summary = summaryOf([slice, { ...slice, perSecond: 4 }, { ...slice, perSecond: 9 }])
  expect(summary.perSecond).toEqual({ median: 4, low: 2, high: 9 })
  expect(summary.cpuUs).toMatchObject({ cache: { median: 5_000 } })
})

test('candidates are taken in turn, and each begins a round once', async () => {
  const order: string[] = []
  const results = await interleave(['a', 'b', 'c'], 3, async (name, round) => {
    order.push(name)
    return round
  })
  expect(order.join('')).toBe('abcbcacab')
  expect([...results.values()]).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ])
})

test('as much as goes means that so many are always under way, and a fault is not lost', async () => {
  let [underWay, most] = [0, 0]
  const piece = async () => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(setImmediate)
    underWay -= 1
  }
  const { tookMs, forMs } = await apply({ forMs: 20, atOnce: 3 }, piece)
  expect(most).toBe(3)
  expect(tookMs.length).toBeGreaterThan(3)
  expect(forMs).toBeGreaterThanOrEqual(20)
  const paced = await apply({ forMs: 50, perSecond: 200 }, piece)
  expect(paced.tookMs.length).toBe(10)
  const broken = () => Promise.reject(new Error('it broke'))
  await expect(apply({ forMs: 10, atOnce: 2 }, broken)).rejects.toThrow('it broke')
  await expect(apply({ forMs: 10, perSecond: 500 }, broken)).rejects.toThrow('it broke')
})

test('the same seed asks for the same pages, all of them there, the newest most', () => {
  const size = { rooms: 20, messages: 20_000, users: 5 }
  const [one, other] = [openPlaces(size, 1), openPlaces(size, 1)]
  const places = Array.from({ length: 2_000 }, one)
  expect(places).toEqual(Array.from({ length: 2_000 }, other))
  const newest = places.filter(({ before }) => before === undefined).length
  expect(newest).toBeGreaterThan(300)
  for (const { before = 51 } of places) expect(before).toBeGreaterThan(50)
  const heads = Array.from({ length: size.rooms }, (_, room) => headOf(room, size))
  expect(new Set(heads.map((head) => head % 50)).size).toBeGreaterThan(10)
})

test('pages follow each other without a hole, and from the third on each is one of the cache', () => {
  for (const head of [1_000, 1_007, 1_049]) {
    const pages = [0, 1, 2, 3].map((page) => scrolled(page, head))
    const spans = pages.map(({ before = head + 1, limit }) => [before - limit, before - 1])
    expect(spans[0]).toEqual([head - 49, head])
    for (const [at, [, last]] of spans.slice(1).entries()) expect(last).toBe((spans[at]?.[0] ?? 0) - 1)
    for (const [first = 0, last = 0] of spans.slice(2))
      expect([first % 50, last % 50, last - first]).toEqual([1, 0, 49])
  }
})

const report: Report = {
  workload: 'w',
  title: 'A & B <i>',
  about: ['One sentence.'],
  facts: { node: 'v26' },
  sections: [
    {
      tables: [
        {
          title: 'Costs',
          columns: [{ title: 'way' }, { title: 'CPU', digits: 1 }],
          rows: [
            ['ours', { median: 12.34, low: 11, high: 13 }],
            ['<theirs>', null],
          ],
        },
      ],
      plots: [
        { kind: 'bars', title: 'Bars', unit: 'ms', parts: ['a', 'b'], bars: [{ name: 'ours', values: [1, 2] }] },
        {
          kind: 'curves',
          title: 'Curves',
          x: { title: 'MB', log: true },
          y: { title: 'share', most: 1 },
          curves: [
            {
              name: 'hits',
              points: [
                [8, 0.2],
                [256, 0.9],
              ],
            },
          ],
        },
      ],
      targets: [
        { says: 'fast', got: '3×', isMet: false },
        { says: 'small', got: '?', isMet: null },
      ],
      othersShare: [0.1, 0.5],
      raw: {},
    },
  ],
}

test('a table is aligned by its longest word and says nothing where there is nothing', () => {
  const [table] = report.sections[0]?.tables ?? []
  if (table === undefined) throw new Error('there is one')
  expect(drawTable(table).split('\n').slice(2)).toEqual([
    'way        CPU',
    '--------------',
    'ours      12.3',
    '<theirs>      ',
  ])
})

test('the page needs nothing from elsewhere and lets no text be markup; both forms tell what was missed', () => {
  const page = drawPage(report)
  expect(page).not.toMatch(/<script|https?:|<i>|<theirs>/)
  expect(page).toContain('<b class="missed">missed</b> fast: 3×')
  expect(page.match(/<svg/g)).toHaveLength(2)
  expect(drawReport(report)).toContain('unknown  small: ?')
})

test('an axis has round numbers', () => {
  expect(ticksUpTo(1)).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8, 1])
  expect(ticksUpTo(730)).toEqual([0, 200, 400, 600])
})
