/** A page of history out of cached parts: full pages by number, the newest messages from the tail, Postgres for what is missing. */
import { limits } from '#protocol/limits.ts'
import type { Message, Source } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { firstOf, lastOf, numberOf, pageKey, tailKey } from './history-keys.ts'
import type { LeaseCache } from './lease-cache.ts'
import { cutPart, type Joined, joinParts, type Lines, lineOf, type Part, readPart, writeLines } from './page-text.ts'
import type { Kept, ReadThrough } from './read-through.ts'

/** Exactly one of `before`, `after`, `around`, or none for the newest. */
export type Asked = { before?: number; after?: number; around?: number; limit: number }

type Read = { rev: number; head: number; messages: Message[] }

type FoundPart = Part & { source: Source }
/** `rev` is the lowest of its parts, and `cache` means that all of them were. */
type CachedPage = Joined & { source: Source }

/** `right`: a key of the room's that is looked for beside what there is of the page: another look costs as much as the page. */
type Wanted = { roomId: string; asked: Asked; right?: string }

type Needs = {
  leases: Pick<LeaseCache, 'reachable' | 'lookBytes'>
  through: ReadThrough
  clock: Clock
  metrics: Pick<Metrics, 'cacheBytes' | 'cacheSeconds'>
  /** What this node is known to write: the cache has not got it. [C8] */
  isHeld?: (key: string) => boolean
  /** Shown every answer that came from the cache; what it does with it takes no time of the answer's. */
  audit?: (key: string, text: string, read: () => Promise<string>) => void
}

export type HistoryCache = {
  /**
   * The page that `read` would give, of a room whose reader may read it: that is the caller's to know, and `isRight` tells
   * whether the cache has `right`. `read` is asked for what the cache has not got; rejects only as `read` does. [C3]
   */
  page(wanted: Wanted, read: (asked: Asked) => Promise<Read>): Promise<CachedPage & { isRight: boolean }>
}

const fullMs = 3_600_000
const tailMs = 60_000

/** Where a page begins and how far it may go; null for the newest, whose place only the tail knows. */
function spanOf({ before, after, around, limit }: Asked): { from: number; to: number } | null {
  if (after !== undefined) return { from: after + 1, to: after + limit }
  if (before !== undefined) return { from: Math.max(1, before - limit), to: before - 1 }
  if (around === undefined) return null
  const from = Math.max(1, around - Math.floor(limit / 2))
  return { from, to: from + limit - 1 }
}

const linesOf = ({ rev, head, messages }: Read, first: number): Lines => ({
  rev,
  head,
  first,
  lines: messages.filter(({ seq }) => seq >= first).map(lineOf),
})

export function openHistoryCache({
  leases,
  through,
  clock,
  metrics,
  isHeld = () => false,
  audit,
}: Needs): HistoryCache {
  type At = { roomId: string; right: string | undefined; isRight: boolean; read: (asked: Asked) => Promise<Read> }

  /** As much as is asked for at once: what lies before it is in full pages, which are kept for longer. */
  const loadTail = (read: At['read']) => async (): Promise<Kept> => {
    const newest = await read({ limit: limits.pageSize })
    const first = Math.max(1, newest.head - limits.pageSize + 1)
    return { value: writeLines(linesOf(newest, first)), ttlMs: tailMs }
  }

  /** A page that is not full is the tail's to keep. */
  const loadPage = (read: At['read'], page: number) => async (): Promise<Kept> => {
    const lines = linesOf(await read({ after: firstOf(page) - 1, limit: limits.pageSize }), firstOf(page))
    return { value: writeLines(lines), ttlMs: lines.lines.length === limits.pageSize ? fullMs : 0 }
  }

  type Kind = { key: string; load: () => Promise<Kept>; most?: number }

  function found({ key, load, most }: Kind, source: Source, value: Buffer): FoundPart {
    metrics.cacheBytes.inc({ direction: source === 'cache' ? 'read' : 'loaded' }, value.length)
    if (source === 'cache') audit?.(key, value.toString(), async () => (await load()).value)
    return { ...readPart(value, most), source }
  }

  async function get(kind: Kind): Promise<FoundPart> {
    const { source, value } = await through(kind.key, kind.load)
    return found(kind, source, Buffer.from(value))
  }

  const tailOf = ({ roomId, read }: At): Kind => ({ key: tailKey(roomId), load: loadTail(read) })
  const pageOf = ({ roomId, read }: At, page: number): Kind => ({
    key: pageKey(roomId, page),
    load: loadPage(read, page),
    most: lastOf(page),
  })

  async function look(at: At, keys: string[]): Promise<(Buffer | null)[]> {
    const nothing = keys.map(() => null)
    if (keys.every(isHeld)) return nothing
    const values = await leases.lookBytes(at.right === undefined ? keys : [...keys, at.right]).catch(() => nothing)
    at.isRight ||= Boolean(values[keys.length])
    return values.slice(0, keys.length)
  }

  /** All that there is from `from` to `to`, which may be beyond the head. */
  async function span(at: At, from: number, to: number): Promise<FoundPart[]> {
    const pages = Array.from({ length: numberOf(to) - numberOf(from) + 1 }, (_, index) => numberOf(from) + index)
    const keys = pages.map((page) => pageKey(at.roomId, page))
    const texts = await look(at, keys)
    const [newest] = texts.includes(null) ? await look(at, [tailKey(at.roomId)]) : []
    const tail = newest ? found(tailOf(at), 'cache', newest) : null
    const parts = pages.map(async (page, index): Promise<FoundPart> => {
      const value = texts[index]
      if (value) return found(pageOf(at, page), 'cache', value)
      return tail !== null && tail.first <= firstOf(page) ? tail : await get(pageOf(at, page))
    })
    return (await Promise.all(parts)).map((part, index) => {
      const page = numberOf(from) + index
      return { ...part, ...cutPart(part, Math.max(from, firstOf(page)), Math.min(to, lastOf(page))) }
    })
  }

  async function newest(at: At, limit: number): Promise<CachedPage> {
    const [kept] = await look(at, [tailKey(at.roomId)])
    const tail = kept ? found(tailOf(at), 'cache', kept) : await get(tailOf(at))
    const from = Math.max(1, tail.head - limit + 1)
    const mine = { ...tail, ...cutPart(tail, from, tail.head) }
    return join([...(from >= tail.first ? [] : await span(at, from, tail.first - 1)), mine])
  }

  async function assemble(at: At, asked: Asked): Promise<CachedPage> {
    const place = spanOf(asked)
    if (place === null) return await newest(at, asked.limit)
    if (place.to < place.from) return await direct(at, asked)
    const page = join(await span(at, place.from, place.to))
    // it would go beyond the head: then the newest are meant
    return page.last < place.to && asked.after === undefined ? await newest(at, asked.limit) : page
  }

  /** Together with whoever asks the same: a crowd must not reach Postgres because the cache is away. [C1] */
  async function direct({ roomId, read }: At, asked: Asked): Promise<CachedPage> {
    const load = async (): Promise<Kept> => {
      const page = await read(asked)
      return { value: writeLines(linesOf(page, page.messages[0]?.seq ?? 1)), ttlMs: 0 }
    }
    const { value } = await through(`{${roomId}}:direct:${JSON.stringify(asked)}`, load)
    return join([{ ...readPart(Buffer.from(value)), source: 'database' }])
  }

  return {
    async page({ roomId, asked, right }, read) {
      const began = clock.ticks()
      const at: At = { roomId, right, isRight: false, read }
      const page = await (leases.reachable() ? assemble : direct)(at, asked)
      metrics.cacheSeconds.observe({ source: page.source }, (clock.ticks() - began) / 1_000)
      return { ...page, isRight: at.isRight }
    },
  }
}

function join(parts: FoundPart[]): CachedPage {
  const [first, ...others] = parts
  if (first === undefined) throw new Error('unable to go on; a span has at least one page')
  const isCached = parts.every(({ source }) => source === 'cache')
  return { ...joinParts([first, ...others]), source: isCached ? 'cache' : 'database' }
}
