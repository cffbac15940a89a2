/** An engine without a server: the face of the real one over a staged workspace, with every state settable by hand. */
import { openCell } from '../../client/engine/cell.ts'
import type {
  Account,
  DraftView,
  Engine,
  LinkStatus,
  Online,
  RoomHandle,
  RoomSummary,
  Row,
  Timeline,
} from '../../client/engine/face.ts'
import type { RefusalCode } from '../../server/protocol/refusals.ts'
import { refusals } from '../../server/protocol/refusals.ts'
import type { Answer, Member, Message, Room, User } from '../../server/protocol/wire.ts'
import { chatter, launchMessages, membersOf, people, person, rooms, stageNow } from './staged-room.ts'

const pageSize = 50

const yes = <Value>(value: Value): Promise<Answer<Value>> => Promise.resolve({ ok: true, value })
export const no = (code: RefusalCode): Promise<Answer<never>> =>
  Promise.resolve({ ok: false, code, detail: refusals[code].detail, definite: refusals[code].definite })

export type StagedRoom = ReturnType<typeof stageRoom>

/** One room with all its messages; `loaded` of them are in the window. */
function stageRoom(room: Room, messages: Message[], me: User) {
  let all = messages
  let from = Math.max(0, all.length - pageSize)
  let to = all.length
  let drafts: DraftView[] = []
  let composed = ''
  const rowCache = new Map<Message | DraftView, Row>()
  const timeline = openCell<Timeline>({
    rows: [],
    loading: 'first',
    atStart: false,
    atEnd: true,
    head: 0,
    dividerSeq: null,
  })
  const members = openCell<readonly Member[]>(membersOf(room))
  const online = openCell<Online>({ ids: new Set(people.slice(0, 6).map((one) => one.id)) })
  const typing = openCell<readonly string[]>([])
  const roomCell = openCell<Room | null>(room)

  function rowOf(item: Message | DraftView): Row {
    const known = rowCache.get(item)
    if (known) return known
    const row: Row =
      'seq' in item ? { kind: 'message', key: item.id, message: item } : { kind: 'draft', key: item.id, draft: item }
    rowCache.set(item, row)
    return row
  }

  function show(change: Partial<Timeline> = {}): void {
    const gap: Row[] = to < all.length ? [{ kind: 'gap', key: 'gap', from: to + 1, to: all.length }] : []
    const rows = [...all.slice(from, to).map(rowOf), ...gap, ...drafts.map(rowOf)]
    timeline.set({
      ...timeline.get(),
      loading: 'none',
      rows,
      atStart: from === 0,
      atEnd: to === all.length,
      head: all.length,
      ...change,
    })
  }

  function add(authorId: string, body: string, id = crypto.randomUUID(), extra: Partial<Message> = {}): void {
    const seq = all.length + 1
    const atEnd = to === all.length
    all = [
      ...all,
      { roomId: room.id, seq, rev: seq, id, authorId, body, sentAt: new Date(stageNow).toISOString(), ...extra },
    ]
    if (atEnd) to = all.length
    show()
  }

  function change(seq: number, next: Partial<Message>): Promise<Answer<{ rev: number }>> {
    all = all.map((one) => (one.seq === seq ? { ...one, ...next } : one))
    show()
    return yes({ rev: all.length })
  }

  const handle: RoomHandle = {
    roomId: room.id,
    room: roomCell,
    timeline,
    members,
    online,
    typing,
    send(body, replyTo) {
      const id = crypto.randomUUID()
      drafts = [
        ...drafts,
        {
          id,
          body,
          ...(replyTo !== undefined && { replyTo }),
          createdAt: new Date(stageNow).toISOString(),
          state: 'sending',
        },
      ]
      show({ dividerSeq: null })
      setTimeout(() => {
        if (!drafts.some((one) => one.id === id && one.state === 'sending')) return
        drafts = drafts.filter((one) => one.id !== id)
        add(me.id, body, id, replyTo === undefined ? {} : { replyTo })
      }, 120)
      return id
    },
    retry: (id) => staged.draftState(id, 'sending'),
    discard(id) {
      drafts = drafts.filter((one) => one.id !== id)
      show()
    },
    edit: (seq, body) => change(seq, { body, editedAt: new Date(stageNow).toISOString() }),
    remove: (seq) => change(seq, { body: null }),
    react(seq, emoji, on) {
      const before = all.find((one) => one.seq === seq)?.reactions ?? {}
      const others = (before[emoji] ?? []).filter((id) => id !== me.id)
      return change(seq, { reactions: { ...before, [emoji]: on ? [...others, me.id] : others } })
    },
    loadOlder: () => staged.load('older'),
    loadNewer: () => staged.load('newer'),
    async loadAround(seq) {
      from = Math.max(0, seq - 25)
      to = Math.min(all.length, seq + 25)
      await Promise.resolve()
      show()
    },
    jumpToLatest() {
      to = all.length
      from = Math.max(0, to - pageSize)
      show()
    },
    seen: () => undefined,
    markUnread: () => undefined,
    clearDivider: () => show({ dividerSeq: null }),
    typed: () => undefined,
    composing: {
      get: () => composed,
      set(text) {
        composed = text
      },
    },
    close: () => undefined,
  }

  const staged = {
    handle,
    timeline,
    online,
    typing,
    room: roomCell,
    show,
    add,
    change,
    /** Nothing is known yet. */
    blank() {
      timeline.set({ rows: [], loading: 'first', atStart: false, atEnd: true, head: 0, dividerSeq: null })
    },
    /** Everything is loaded, as after hours of scrolling back. */
    loadAll() {
      from = 0
      to = all.length
      show()
    },
    async load(way: 'older' | 'newer', delayMs = 40): Promise<void> {
      timeline.set({ ...timeline.get(), loading: way })
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      if (way === 'older') from = Math.max(0, from - pageSize)
      else to = Math.min(all.length, to + pageSize)
      show()
    },
    draft(body: string, state: DraftView['state'], refusal?: RefusalCode) {
      drafts = [
        ...drafts,
        {
          id: crypto.randomUUID(),
          body,
          createdAt: new Date(stageNow).toISOString(),
          state,
          ...(refusal && { refusal }),
        },
      ]
      show()
    },
    draftState(id: string, state: DraftView['state']) {
      drafts = drafts.map((one) => (one.id === id ? { ...one, state } : one))
      show()
    },
  }
  return staged
}

export type FakeEngine = ReturnType<typeof openFakeEngine>

export function openFakeEngine({ signedIn = true, many = 400 }: { signedIn?: boolean; many?: number } = {}) {
  const me = person('mira')
  const account = openCell<Account>(signedIn ? { state: 'signed-in', user: me } : { state: 'signed-out' })
  const link = openCell<LinkStatus>({ state: 'online', node: 'node-2', since: stageNow - 1_500_000 })
  const users = openCell<ReadonlyMap<string, User>>(new Map(people.map((one) => [one.id, one])))
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
    signIn,
    signUp: signIn,
    async signOut() {
      account.set({ state: 'signed-out' })
      return yes(null)
    },
    open: (roomId) => stageOf(roomId).handle,
    lastRoom: () => Promise.resolve(rooms.launch.id),
    needUsers: () => undefined,
    reconnect: () => link.set({ state: 'online', node: 'node-3', since: Date.now() }),
    close: () => undefined,
    publicRooms: (q) =>
      yes([rooms.general, rooms.launch, rooms.infra, rooms.empty, rooms.vast].filter((one) => one.title.includes(q))),
    createRoom: () => yes(rooms.empty),
    roomWithMembers: () => yes({ room: rooms.general, members: membersOf(rooms.general) }),
    changeRoom: () => yes(null),
    joinRoom: () => yes(null),
    leaveRoom: () => yes(null),
    putMember: () => yes(null),
    removeMember: () => yes(null),
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
    changeMe: ({ displayName }) => yes({ ...me, displayName }),
    changePassword: (current) => (current === 'wrong' ? no('forbidden') : yes(null)),
    cluster: () =>
      yes({
        node: 'node-2',
        nodes: [
          {
            name: 'node-1',
            state: 'up',
            version: '0.1.0',
            startedAt: '2026-03-16T10:00:00.000Z',
            sockets: 348,
            loopDelayMs: 11.2,
            details: {
              memoryBytes: 143e6,
              laneWaiting: 0,
              commits: 8211,
              messages: 48_211,
              repairs: 3,
              resumes: 412,
              cacheHits: 9412,
              cacheMisses: 344,
              databaseOk: true,
              stateRedisOk: true,
            },
          },
          {
            name: 'node-2',
            state: 'up',
            version: '0.1.0',
            startedAt: '2026-03-18T14:40:00.000Z',
            sockets: 402,
            loopDelayMs: 12.9,
            details: {
              memoryBytes: 151e6,
              laneWaiting: 2,
              commits: 9211,
              messages: 51_030,
              repairs: 1,
              resumes: 512,
              cacheHits: 11_412,
              cacheMisses: 301,
              databaseOk: true,
              stateRedisOk: false,
            },
          },
          {
            name: 'node-3',
            state: 'draining',
            version: '0.1.0',
            startedAt: '2026-03-12T10:00:00.000Z',
            sockets: 37,
            loopDelayMs: 64.1,
          },
        ],
      }),
  }
  return { engine, account, link, list, stageOf, rooms, me }
}
