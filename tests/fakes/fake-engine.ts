/** An engine without a server: the face of the real one over a staged workspace, with every state settable by hand. */
import { openCell } from '../../client/engine/cell.ts'
import type { Account, Engine, LinkStatus, RoomSummary, Waiting } from '../../client/engine/face.ts'
import type { RefusalCode } from '../../server/protocol/refusals.ts'
import { refusals } from '../../server/protocol/refusals.ts'
import type { Answer, User } from '../../server/protocol/wire.ts'
import type { StagedRoom } from './fake-room.ts'
import { stageRoom } from './fake-room.ts'
import { largeCluster, stagedCluster } from './staged-cluster.ts'
import { chatter, launchMessages, membersOf, people, person, rooms, stageNow } from './staged-room.ts'

const yes = <Value>(value: Value): Promise<Answer<Value>> => Promise.resolve({ ok: true, value })
const no = (code: RefusalCode): Promise<Answer<never>> =>
  Promise.resolve({ ok: false, code, detail: refusals[code].detail, definite: refusals[code].definite })

export type FakeEngine = ReturnType<typeof openFakeEngine>

type Staged = { signedIn?: boolean; many?: number; isAdmin?: boolean }

export function openFakeEngine({ signedIn = true, many = 400, isAdmin = false }: Staged = {}) {
  /** Each look at the cluster is two seconds later. */
  let seconds = 0
  const me = person('mira')
  const account = openCell<Account>(signedIn ? { state: 'signed-in', user: me } : { state: 'signed-out' })
  const link = openCell<LinkStatus>({ state: 'online', node: 'node-2', since: stageNow - 1_500_000 })
  const users = openCell<ReadonlyMap<string, User>>(new Map(people.map((one) => [one.id, one])))
  const waiting = openCell<readonly Waiting[]>([])
  const blocked = openCell<ReadonlySet<string>>(new Set())
  const unread: Record<string, [unread: number, mentions: number]> = {
    infra: [4, 0],
    lunch: [12, 0],
    design: [2, 1],
    jonas: [1, 0],
  }
  const members: Record<string, string[]> = { jonas: ['mira', 'jonas'], trio: ['mira', 'priya', 'kenji'] }
  const list = openCell<readonly RoomSummary[]>(
    Object.entries(rooms)
      .filter(([name]) => !['empty', 'vast'].includes(name))
      .map(([name, room]) => ({
        room,
        head: 400,
        rev: 400,
        lastRead: 400 - (unread[name]?.[0] ?? 0),
        unread: unread[name]?.[0] ?? 0,
        mentions: unread[name]?.[1] ?? 0,
        favourite: name === 'launch' || name === 'design',
        muted: name === 'lunch',
        failed: name === 'trio',
        draft: name === 'general',
        ...(members[name] && { memberIds: members[name].map((one) => person(one).id) }),
      })),
  )
  const staged = new Map<string, StagedRoom>()

  function stageOf(roomId: string): StagedRoom {
    const room = Object.values(rooms).find((one) => one.id === roomId) ?? rooms.general
    const messages = room === rooms.launch ? launchMessages() : room === rooms.empty ? [] : chatter(room, many)
    const known = staged.get(room.id) ?? stageRoom(room, messages, me)
    staged.set(room.id, known)
    if (known.timeline.get().loading === 'first' && known.timeline.get().rows.length === 0) known.show()
    return known
  }

  function change(roomId: string, changed: Partial<RoomSummary>): void {
    list.set(list.get().map((one) => (one.room.id === roomId ? { ...one, ...changed } : one)))
  }

  const signIn = ({ username }: { username: string }): Promise<Answer<User>> => {
    if (username !== me.username) return no('signed-out')
    account.set({ state: 'signed-in', user: me })
    return yes(me)
  }
  const engine: Engine = {
    account,
    link,
    rooms: list,
    users,
    blocked,
    waiting,
    signIn,
    signUp: signIn,
    async signOut() {
      account.set({ state: 'signed-out' })
      return yes(null)
    },
    open: (roomId) => stageOf(roomId).handle,
    markRead: (roomId) => change(roomId, { unread: 0, mentions: 0 }),
    markUnread: (roomId) => change(roomId, { unread: 1 }),
    lastRoom: () => Promise.resolve(rooms.launch.id),
    needUsers: () => undefined,
    reconnect: () => link.set({ state: 'online', node: 'node-3', since: Date.now() }),
    keep: () => undefined,
    close: () => undefined,
    publicRooms: (q) =>
      yes([rooms.general, rooms.launch, rooms.infra, rooms.empty, rooms.vast].filter((one) => one.title.includes(q))),
    createRoom: () => yes(rooms.empty),
    roomWithMembers: () => yes({ room: rooms.general, members: membersOf(rooms.general) }),
    changeRoom: () => yes(null),
    async message(roomId, seq) {
      const found = stageOf(roomId).messageAt(seq)
      return found === undefined ? no('not-found') : yes(found)
    },
    pins: (roomId) => yes(stageOf(roomId).pins()),
    joinRoom: () => yes(null),
    leaveRoom: () => yes(null),
    putMember: () => yes(null),
    removeMember: () => yes(null),
    setPreferences(roomId, change) {
      const next = list.get().map((one) => (one.room.id === roomId ? { ...one, ...change } : one))
      list.set(next)
      const { favourite = false, muted = false } = next.find(({ room }) => room.id === roomId) ?? {}
      return yes({ favourite, muted })
    },
    block(userId, on) {
      const others = [...blocked.get()].filter((id) => id !== userId)
      blocked.set(new Set(on ? [...others, userId] : others))
      return yes(null)
    },
    findUsers: (q) => yes(people.filter((one) => one.displayName.toLowerCase().includes(q.toLowerCase())).slice(0, 6)),
    devices: () =>
      yes([
        {
          handle: 'a1b2c3d4',
          current: true,
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36',
          signedInAt: '2026-03-18T08:00:00.000Z',
        },
        {
          handle: 'e5f6a7b8',
          current: false,
          userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/605',
          signedInAt: '2026-03-11T19:30:00.000Z',
        },
      ]),
    endDevice: () => yes(null),
    changeMe: (change) => yes({ ...me, ...change }),
    changePassword: (current) => (current === 'wrong' ? no('forbidden') : yes(null)),
    cluster: () => yes(isAdmin ? largeCluster(seconds++ * 2) : stagedCluster),
    order: () => yes(null),
    rebalance: () => yes(['node-1']),
  }
  return { engine, account, link, list, blocked, waiting, stageOf, rooms, me }
}
