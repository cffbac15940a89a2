/** Tells of what comes in while nobody looks: of all tabs one, and only if none of them is being looked at. */
import type { Clock } from '../engine/clock.ts'
import type { Engine, RoomSummary } from '../engine/face.ts'
import type { Notice } from './news-of.ts'
import { newsOf, noticesOf } from './news-of.ts'
import type { Notices } from './notices.ts'

type Needs = {
  engine: Pick<Engine, 'rooms' | 'users' | 'blocked' | 'link'>
  notices: Notices
  ownId: string
  clock: Clock
  locks: LockManager
  isLooking: () => boolean
  /** Calls back when that changes. */
  watchLooking: (look: () => void) => () => void
  show: (notice: Notice) => void
}

/** What a resume brings comes in pieces: they make one announcement. [UX 30] */
const gatherMs = 700
const notifying = 'parley/notifying'
const looking = 'parley/looking'

export function openNotifier({ engine, notices, ownId, clock, locks, isLooking, watchLooking, show }: Needs) {
  const closing = new AbortController()
  let isOurs = false
  let base: readonly RoomSummary[] | null = null
  let cancel: (() => void) | null = null
  let letGo: (() => void) | null = null

  /** Held for as long as this tab lives: a browser gives it to the next one when it dies. */
  locks
    .request(notifying, { signal: closing.signal }, () => {
      isOurs = true
      return new Promise<void>((resolve) => closing.signal.addEventListener('abort', () => resolve()))
    })
    .catch(() => {}) // closed while it waited

  /** Shared by all tabs that are looked at, so that the one which notifies can see that there is one. */
  function look(): void {
    if (!isLooking()) {
      letGo?.()
      letGo = null
      return
    }
    if (letGo !== null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    letGo = resolve
    locks.request(looking, { mode: 'shared' }, () => promise).catch(() => {})
  }

  async function tell(): Promise<void> {
    cancel = null
    const now = engine.rooms.get()
    const known = { users: engine.users.get(), ownId, blocked: engine.blocked.get() }
    const news = base === null ? [] : newsOf(base, now, known)
    base = now
    if (news.length === 0 || !isOurs || notices.state.get() !== 'on') return
    const { held = [] } = await locks.query()
    if (held.some(({ name }) => name === looking)) return
    for (const notice of noticesOf(news, known)) show(notice)
  }

  /** What there was before the first word of the server is no news. */
  function hear(): void {
    if (base === null && engine.link.get().state === 'online') base = engine.rooms.get()
    else if (base !== null) cancel ??= clock.after(gatherMs, () => void tell())
  }

  look()
  hear()
  const stops = [watchLooking(look), engine.rooms.subscribe(hear), engine.link.subscribe(hear)]
  return {
    close(): void {
      for (const stop of stops) stop()
      cancel?.()
      letGo?.()
      closing.abort()
    },
  }
}
