/** The engine: who is signed in, and everything that person has. A UI, a tool or a test talks to this alone. */
import type { Answer, EndReason, User } from '#protocol/wire.ts'
import { backOff } from './answer.ts'
import { openApi } from './api.ts'
import { openCell } from './cell.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import { openDoor } from './door.ts'
import type { Account, Engine, LinkStatus, RoomSummary, Waiting } from './face.ts'
import { type Home, openHome } from './home.ts'
import type { Http } from './http.ts'
import type { OpenLink } from './link.ts'
import type { Tabs } from './tabs.ts'

export type EngineNeeds = {
  http: Http
  openLink: OpenLink
  openDisk: () => Promise<Disk>
  tabs: Tabs
  clock: Clock
  random: () => number
  /** Mints the id of a message. */
  newId: (nowMs: number) => string
}

/** Ends of a session after which nothing of it may stay on this machine; what merely ran out waits for its owner. [S9] */
const wiping: readonly EndReason[] = ['signed-out', 'revoked', 'password-changed']

const renewalMs = 1_000

export function openEngine({ http, openLink, openDisk, tabs, clock, random, newId }: EngineNeeds): Engine {
  const account = openCell<Account>({ state: 'loading' })
  const cells = {
    link: openCell<LinkStatus>({ state: 'offline', since: clock.now() }),
    rooms: openCell<readonly RoomSummary[]>([]),
    users: openCell<ReadonlyMap<string, User>>(new Map()),
    blocked: openCell<ReadonlySet<string>>(new Set()),
    waiting: openCell<readonly Waiting[]>([]),
  }
  const api = openApi(http)
  const door = openDoor({ http, clock, random })
  const diskOpened = openDisk()
  let home: Home | null = null
  let cancelAsk: Cancel = () => {}
  let askAgain = () => {}
  /** Raised by whoever comes or goes, so that one who was overtaken on the way in turns back. */
  let turns = 0
  let isClosed = false

  /** A stranger to whoever was here before: nothing is shared but the disk, which keeps them apart. */
  async function enter(user: User): Promise<void> {
    const turn = ++turns
    cancelAsk()
    empty()
    if (account.get().state === 'signed-in') account.set({ state: 'loading' })
    const disk = await diskOpened
    await disk.enter(user).catch(() => {})
    if (turn !== turns) return
    const shelf = disk.shelf(user.id)
    const entered = openHome(user, { shelf, http, api, openLink, tabs, clock, random, newId, cells, onEnded, onUser })
    home = entered
    await entered.load()
    if (turn !== turns) return
    account.set({ state: 'signed-in', user })
    entered.connect()
  }

  /** Signing in anew ends the old session a moment before the cookie of the new one is in the jar: then we look later. */
  function onEnded(reason: EndReason): void {
    cancelAsk()
    cancelAsk = clock.after(reason === 'signed-out' ? renewalMs : 0, () => void askSession(reason))
  }

  /** A session was renewed in another tab; a moment's pause, lest two that disagree keep us running in circles. */
  async function enterAgain(user: User): Promise<void> {
    const known = home
    if (known?.user.id !== user.id) return enter(user)
    cancelAsk()
    cancelAsk = clock.after(backOff(1, random), known.connect)
  }

  function empty(): void {
    home?.close()
    home = null
    cells.link.set({ state: 'offline', since: clock.now() })
    cells.rooms.set([])
    cells.users.set(new Map())
    cells.blocked.set(new Set())
    cells.waiting.set([])
  }

  async function leave(reason?: EndReason): Promise<void> {
    cancelAsk()
    turns += 1
    const userId = home?.user.id
    empty()
    account.set(reason === undefined ? { state: 'signed-out' } : { state: 'signed-out', reason })
    const disk = await diskOpened
    if (userId !== undefined) await disk.leave(userId, reason !== undefined && wiping.includes(reason)).catch(() => {})
  }

  /** An outage says nothing about the session: we ask again. [S3] `ended`: why we were told that it is over. */
  async function askSession(ended?: EndReason, round = 0): Promise<void> {
    const answer = await http<{ user: User }>('GET', '/api/session')
    if (isClosed) return
    if (answer.ok) return enterAgain(answer.value.user)
    if (answer.code === 'signed-out' || ended !== undefined) return leave(ended)
    askAgain = () => {
      askAgain = () => {}
      cancelAsk()
      void askSession(ended, round + 1)
    }
    cancelAsk = clock.after(answer.retryInMs ?? backOff(round, random), askAgain)
  }

  function onUser(user: User): void {
    const now = account.get()
    if (now.state !== 'signed-in') return
    if (now.user.id !== user.id) void enter(user)
    else if (now.user.displayName !== user.displayName || now.user.status !== user.status)
      account.set({ state: 'signed-in', user })
  }

  async function signBy(asking: Promise<Answer<{ user: User }>>): Promise<Answer<User>> {
    const answer = await asking
    if (!answer.ok) return answer
    await enter(answer.value.user)
    return { ok: true, value: answer.value.user }
  }

  async function boot(): Promise<void> {
    const last = await diskOpened.then((disk) => disk.lastUser()).catch(() => null)
    if (last === null) await askSession()
    else await enter(last) // the link finds out whether the session still is
  }

  void boot()
  return {
    ...api,
    account,
    ...cells,
    signUp: (input) => signBy(door.signUp(input)),
    signIn: (input) => signBy(door.signIn(input)),
    async signOut() {
      const answer = await http('DELETE', '/api/session', {})
      if (answer.ok || answer.code === 'signed-out') await leave('signed-out')
      return answer
    },
    async setPreferences(roomId, change) {
      const answer = await api.setPreferences(roomId, change)
      if (answer.ok) home?.setPreferences(roomId, answer.value)
      return answer
    },
    async block(userId, on) {
      const answer = await api.block(userId, on)
      if (answer.ok) home?.setBlocked({ userId, on })
      return answer
    },
    open(roomId) {
      if (home === null) throw new Error('unable to open a room; signed out')
      return home.open(roomId)
    },
    markRead: (roomId) => home?.markRead(roomId),
    markUnread: (roomId) => home?.markUnread(roomId),
    lastRoom: () => home?.lastRoom() ?? Promise.resolve(null),
    needUsers: (ids) => home?.needUsers(ids),
    reconnect() {
      if (home !== null) home.reconnect()
      else if (account.get().state === 'loading') askAgain()
    },
    keep: () => home?.keep(),
    close() {
      isClosed = true
      turns += 1
      cancelAsk()
      home?.close()
      home = null
      diskOpened.then((disk) => disk.close()).catch(() => {})
    },
  }
}
