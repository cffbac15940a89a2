/** Rooms of a server as a client meets them: every version of every row, so that a page can be as stale as a cache's. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Changes, Draft, Member, Message, Page, PageInput, Resume, ResumeInput, Room } from '#protocol/wire.ts'

/** Thrown where a server would refuse. */
export class Refused extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode) {
    super(code)
    this.code = code
  }
}

export type FakeRoom = {
  room: Room
  rev: number
  head: number
  versions: Map<number, Message[]>
  members: Map<string, Member>
}

type Options = { now: () => number; onCommit: (span: Changes) => void }

export function openFakeRooms({ now, onCommit }: Options) {
  const rooms = new Map<string, FakeRoom>()
  const options = { epoch: 'epoch-1', resumeMax: 50, staleBy: 0 }
  const stamp = () => new Date(now()).toISOString()

  function must(roomId: string): FakeRoom {
    const room = rooms.get(roomId)
    if (room === undefined) throw new Refused('not-found')
    return room
  }

  /** The rows as they stood at `rev`. */
  function rowsAt({ versions }: FakeRoom, rev: number): Message[] {
    const rows: Message[] = []
    for (const of of versions.values()) {
      const row = of.findLast((version) => version.rev <= rev)
      if (row !== undefined) rows.push(row)
    }
    return rows.sort((a, b) => a.seq - b.seq)
  }

  function commit(at: FakeRoom, base: number, rest: Partial<Changes>): Changes {
    const changes = { roomId: at.room.id, base, rev: at.rev, head: at.head, messages: [], ...rest }
    onCommit(changes)
    return changes
  }

  function rowOf(roomId: string, seq: number): Message {
    const row = must(roomId).versions.get(seq)?.at(-1)
    if (row === undefined) throw new Refused('not-found')
    return row
  }

  function replace(next: Message): Message {
    const at = must(next.roomId)
    at.rev += 1
    const row = { ...next, rev: at.rev }
    at.versions.get(row.seq)?.push(row)
    commit(at, at.rev - 1, { messages: [row] })
    return row
  }

  const change = (roomId: string, seq: number, changed: Partial<Message>): Message =>
    replace({ ...rowOf(roomId, seq), ...changed })

  return {
    options,
    add(id: string, memberIds: readonly string[], kind: Room['kind'] = 'public'): void {
      const createdAt = stamp()
      const common = { title: id, topic: '', ownerId: null, archived: false }
      const room = { id, kind, ...common, memberCount: memberIds.length, createdAt }
      const members = memberIds.map(
        (userId) => [userId, { userId, role: 'member', lastRead: 0, joinedAt: createdAt }] as const,
      )
      rooms.set(id, { room, rev: 1, head: 0, versions: new Map(), members: new Map(members) })
    },
    get: must,
    all: () => [...rooms.values()],
    row: rowOf,
    rows: (roomId: string) => rowsAt(must(roomId), Number.POSITIVE_INFINITY),
    /** Several in one commit, as a lane makes it. */
    send(drafts: readonly (Draft & { authorId: string })[]): Message[] {
      const fresh = new Map<FakeRoom, { base: number; messages: Message[] }>()
      const sent = drafts.map((draft) => {
        const at = must(draft.roomId)
        if (!at.members.has(draft.authorId)) throw new Refused('forbidden')
        const known = rowsAt(at, Number.POSITIVE_INFINITY).find(({ id }) => id === draft.id)
        if (known !== undefined) {
          if (known.authorId !== draft.authorId) throw new Refused('id-taken')
          return known
        }
        const made = fresh.get(at) ?? { base: at.rev, messages: [] }
        fresh.set(at, made)
        at.rev += 1
        at.head += 1
        const message = { ...draft, seq: at.head, rev: at.rev, sentAt: stamp() }
        at.versions.set(at.head, [message])
        made.messages.push(message)
        return message
      })
      for (const [at, { base, messages }] of fresh) commit(at, base, { messages })
      return sent
    },
    edit: (roomId: string, seq: number, body: string) => change(roomId, seq, { body, editedAt: stamp() }),
    remove: (roomId: string, seq: number) => change(roomId, seq, { body: null, deletedAt: stamp() }),
    /** `by` nobody: it is pinned no more. */
    pin({ roomId, seq }: { roomId: string; seq: number }, by: string | null): Message {
      const { pinnedAt: _, pinnedBy: __, ...row } = rowOf(roomId, seq)
      return replace(by === null ? row : { ...row, pinnedAt: stamp(), pinnedBy: by })
    },
    join(roomId: string, userId: string): void {
      const at = must(roomId)
      const member: Member = { userId, role: 'member', lastRead: at.head, joinedAt: stamp() }
      at.members.set(userId, member)
      at.rev += 1
      at.room = { ...at.room, memberCount: at.members.size }
      commit(at, at.rev - 1, { members: { joined: [member], left: [] }, room: at.room })
    },
    leave(roomId: string, userId: string): void {
      const at = must(roomId)
      at.members.delete(userId)
      at.rev += 1
      commit(at, at.rev - 1, { members: { joined: [], left: [userId] } })
    },
    /** A restore from backup: what came after `rev` never was, and nobody is told. [R12] */
    rewind(roomId: string, rev: number): void {
      const at = must(roomId)
      at.versions = new Map(rowsAt(at, rev).map((row) => [row.seq, [row]]))
      at.rev = rev
      at.head = Math.max(0, ...at.versions.keys())
    },
    resume({ roomId, epoch, rev }: ResumeInput): Resume {
      const at = must(roomId)
      const rows = rowsAt(at, at.rev)
      const changed = rows.filter((row) => row.rev > rev)
      const mustReset = rev === 0 || epoch !== options.epoch || rev > at.rev || changed.length > options.resumeMax
      const whole = {
        epoch: options.epoch,
        rev: at.rev,
        head: at.head,
        room: at.room,
        members: [...at.members.values()],
      }
      return mustReset
        ? { ...whole, kind: 'reset', messages: rows.slice(-50) }
        : { ...whole, kind: 'changes', messages: changed }
    },
    /** As stale as `options.staleBy` revisions. */
    page({ roomId, before, after, around, limit = 50 }: PageInput): Page {
      const at = must(roomId)
      const rev = Math.max(0, at.rev - options.staleBy)
      const rows = rowsAt(at, rev)
      const head = rows.at(-1)?.seq ?? 0
      let from = head - limit + 1
      if (before !== undefined) from = before - limit
      if (after !== undefined) from = after + 1
      if (around !== undefined) from = around - Math.floor(limit / 2)
      const to = before === undefined ? from + limit - 1 : before - 1
      const messages = rows.filter(({ seq }) => seq >= from && seq <= to)
      return { source: 'cache', roomId, epoch: options.epoch, rev, head, messages }
    },
  }
}
