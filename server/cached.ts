/** The wiring of the cache: what is read through it, and what every change owes it. */
import { randomUUID } from 'node:crypto'
import { limits } from '#protocol/limits.ts'
import type { Room } from '#protocol/wire.ts'
import { openAuditor } from './cache/auditor.ts'
import { openChange } from './cache/change.ts'
import { openDebts } from './cache/debts.ts'
import { openHeldMarks } from './cache/held-marks.ts'
import { openHistoryCache } from './cache/history-cache.ts'
import { tailKey } from './cache/history-keys.ts'
import { openHistoryWrites } from './cache/history-writes.ts'
import { openHotList } from './cache/hot-list.ts'
import { openInstance } from './cache/instance.ts'
import { openLeaseCache } from './cache/lease-cache.ts'
import { openMarks } from './cache/marks.ts'
import { readLines } from './cache/page-text.ts'
import { openReadThrough } from './cache/read-through.ts'
import { openReaderCache } from './cache/reader-cache.ts'
import type { Redis } from './cache/redis.ts'
import { openUserCache } from './cache/user-cache.ts'
import type { Config } from './config.ts'
import type { Clock } from './kit/clock.ts'
import type { Keep } from './kit/closing.ts'
import type { Log } from './kit/log.ts'
import { openLoop } from './kit/loop.ts'
import type { Metrics } from './kit/metrics.ts'
import type { Epoch } from './rooms/epoch.ts'
import type { HistoryNeeds } from './rooms/history.ts'
import { openDebtBook } from './store/debt-book.ts'
import type { Postgres } from './store/postgres.ts'
import type { RoomBook } from './store/room-book.ts'
import type { UserBook, UserRecord } from './store/user-book.ts'

type Needs = {
  cache: Redis
  /** Where sessions are: what must not be forgotten. */
  state: Redis
  config: Pick<Config, 'redis'>
  epoch: Pick<Epoch, 'current'>
  postgres: Postgres
  book: RoomBook
  users: UserBook
  clock: Clock
  log: Log
  metrics: Metrics
  keep: Keep
}

/** A tail that grew reaches further back than one read anew: the page at its end has to be the same. */
const newestOf = (text: string) => readLines(text).lines.slice(-limits.pageSize).join()

/** How often a node looks for debts of anybody's: so long a page may stay old when its writer cannot reach the cache. [C8] */
const payEveryMs = 500

export function openCached({ cache, state, config, epoch, postgres, book, users, clock, log, metrics, keep }: Needs) {
  const shared = new URL(config.redis.url).host === new URL(config.redis.cacheUrl).host
  const instance = keep(openInstance({ redis: cache, shared, epoch: epoch.current, log, clock }))
  const leases = openLeaseCache({ redis: cache, clock, instance })
  const marks = openMarks({ redis: state, clock })
  const onFault = (fault: unknown) => log.debug({ event: 'marks-left', err: fault })
  const debts = openDebts({ book: openDebtBook({ postgres }), leases, metrics, log })
  const held = keep(openHeldMarks({ leases, marks, clock, owe: debts.owe, onFault, writer: randomUUID() }))
  const through = openReadThrough({ leases, marks, clock, metrics, isHeld: held.isHeld })
  const change = openChange({ leases, marks, owe: debts.owe })
  const readers = openReaderCache({ through, change, ask: book.get })
  const audit = openAuditor({ leases, clock, metrics, log, contentOf: newestOf })
  const auditing = config.redis.audit ? { audit } : {}
  const pages = openHistoryCache({ leases, through, clock, metrics, isHeld: held.isHeld, ...auditing })
  const listPublic = openHotList<Room>({ name: 'public-rooms', through, read: book.listPublic })
  const people = openUserCache<UserRecord>({
    leases,
    marks,
    through,
    change,
    metrics,
    read: users.byIds,
  })
  keep(
    openLoop({
      clock,
      everyMs: () => payEveryMs,
      run: debts.pay,
      onFault: (fault) => log.debug({ event: 'debts-unpaid', err: fault }),
    }),
  )

  /**
   * Pages are cached apart from who may read them: both have to be there. Who reads from the log has been asked there, and
   * is only remembered for the next page, without a wait; not of a room that we are writing, whose end is in no cache. [X5]
   */
  const page: NonNullable<HistoryNeeds['cache']> = async ({ roomId, userId, ...asked }, fromLog) => {
    const reader = { roomId, userId }
    let isAsked = false
    const found = await pages.page({ roomId, asked, right: readers.keyOf(reader) }, async (missing) => {
      const read = await fromLog({ ...reader, ...missing })
      isAsked = true
      return read
    })
    if (!found.isRight && !(isAsked && held.isHeld(tailKey(roomId)))) {
      const checking = readers.check(reader)
      if (isAsked)
        checking.catch(() => {}) // it is asked for again when it is needed
      else await checking
    }
    return { source: found.source, rev: found.rev, head: found.head, messages: found.json }
  }

  return {
    page,
    people,
    /** What commits owe the cached pages. */
    writes: openHistoryWrites({ leases, held, owe: debts.owe, metrics, log }),
    listPublic: async (q: string) => {
      const { source, items } = await listPublic(q)
      return { source, rooms: items }
    },
    book: {
      ...book,
      removeMember: (...[member, caller]: Parameters<RoomBook['removeMember']>) =>
        readers.removing(member, () => book.removeMember(member, caller)), // [M2]
    },
    users: {
      ...users,
      byIds: async (ids: readonly string[]) => (await people.byIds(ids)).users,
      // with the record goes the generation that sessions are measured by [C6] [S8]
      change: (id: string, change: Parameters<UserBook['change']>[1]) =>
        people.changing(id, () => users.change(id, change)),
      setPassword: (id: string, passwordHash: string) => people.changing(id, () => users.setPassword(id, passwordHash)),
    },
  }
}
