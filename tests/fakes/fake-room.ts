/** A room of the fake engine: all its messages, a window on them, and every state settable by hand. */
import { openCell } from '../../client/engine/cell.ts'
import type { DraftView, Online, RoomHandle, Row, Timeline } from '../../client/engine/face.ts'
import type { RefusalCode } from '../../server/protocol/refusals.ts'
import type { Answer, Member, Message, Room, User } from '../../server/protocol/wire.ts'
import { membersOf, people, person, stageNow } from './staged-room.ts'

const pageSize = 50

const yes = <Value>(value: Value): Promise<Answer<Value>> => Promise.resolve({ ok: true, value })

export type StagedRoom = ReturnType<typeof stageRoom>

/** One room with all its messages; `loaded` of them are in the window. */
export function stageRoom(room: Room, messages: Message[], me: User) {
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
          editable: false,
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
    rewrite(id, body) {
      if (!drafts.some((one) => one.id === id && one.editable)) return false
      drafts = drafts.map((one) => (one.id === id ? { ...one, body } : one))
      staged.draftState(id, 'sending')
      return true
    },
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
    pin(seq, on) {
      all = all.map(({ pinnedAt, pinnedBy, ...one }) => {
        if (one.seq === seq) return on ? { ...one, pinnedAt: new Date(stageNow).toISOString(), pinnedBy: me.id } : one
        return pinnedAt !== undefined && pinnedBy !== undefined ? { ...one, pinnedAt, pinnedBy } : one
      })
      show()
      return yes({ rev: all.length })
    },
    loadOlder: () => staged.load('older'),
    loadNewer: () => staged.load('newer'),
    async loadAround(seq) {
      if (seq > from && seq <= to) return
      to = seq > all.length ? all.length : Math.min(all.length, seq + 25)
      from = Math.max(0, Math.min(seq, all.length) - 25)
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
    /** These have read everything. */
    readUpTo(usernames: readonly string[]) {
      const readers = new Set(usernames.map((one) => person(one).id))
      members.set(members.get().map((one) => (readers.has(one.userId) ? { ...one, lastRead: all.length } : one)))
    },
    messageAt: (seq: number) => all.find((one) => one.seq === seq),
    pins: () => all.filter(({ pinnedAt }) => pinnedAt !== undefined).reverse(),
    /** As after a resume: several at once. */
    receive(authorId: string, bodies: readonly string[]) {
      const base = all.length
      const sentAt = new Date(stageNow).toISOString()
      const come = bodies.map((body, index) => {
        const seq = base + index + 1
        return { roomId: room.id, seq, rev: seq, id: crypto.randomUUID(), authorId, body, sentAt }
      })
      all = [...all, ...come]
      to = all.length
      show()
    },
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
          editable: state === 'failed',
          ...(refusal && { refusal }),
        },
      ]
      show()
    },
    draftState(id: string, state: DraftView['state']) {
      drafts = drafts.map((one) => (one.id === id ? { ...one, state, editable: state === 'failed' } : one))
      show()
    },
  }
  return staged
}
