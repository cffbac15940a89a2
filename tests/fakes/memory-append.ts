/** The commit of the memory store: what the function `append` does in Postgres, statement by statement. */
import { isDeepStrictEqual } from 'node:util'
import { limits } from '#protocol/limits.ts'
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Message } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { namesIn } from '../../server/store/mentions.ts'
import type { Appended, Commit, MessageChange, Outcome, Send, Write } from '../../server/store/message-log.ts'
import { isBlocked, type RoomRow, type Tables, timeOf } from './memory-tables.ts'

const no = (code: RefusalCode): Outcome => ({ ok: false, code })

/** All writes as one: sends first, as Postgres does, then changes. */
export function appendTo(tables: Tables, writes: readonly Write[], debts: readonly string[]): Appended {
  const rows = new Map(writes.flatMap(({ roomId }) => [[roomId, tables.rooms.get(roomId)] as const]))
  const bases = new Map([...rows].map(([id, row]) => [id, row?.rev ?? 0]))
  const heads = new Map([...rows].map(([id, row]) => [id, row?.head ?? 0]))
  const outcomes = new Map<Write, Outcome>()
  const moment = timeOf(tables.now())
  for (const write of writes) if (write.kind === 'send') outcomes.set(write, send(tables, write, { heads, moment }))
  for (const write of writes) if (write.kind !== 'send') outcomes.set(write, change(tables, write, moment))
  tables.debts.push(...debts)
  return {
    outcomes: writes.map((write) => must(outcomes.get(write), 'every write was tried')),
    commits: [...rows].flatMap(([roomId, row]) => commitOf(row, bases.get(roomId) ?? 0)),
  }
}

function commitOf(row: RoomRow | undefined, base: number): Commit[] {
  if (row === undefined || row.rev === base) return []
  const { rev, head } = row
  return [{ roomId: row.room.id, base, rev, head, messages: row.messages.filter((message) => message.rev > base) }]
}

function send(tables: Tables, draft: Send, { heads, moment }: { heads: Map<string, number>; moment: string }): Outcome {
  const row = tables.rooms.get(draft.roomId)
  if (row === undefined) return no('not-found')
  const { id, roomId, authorId, body, replyTo } = draft
  const known = row.messages.find((message) => message.id === id)
  if (known !== undefined && isSame(known, draft)) {
    const { reactions: _, pinnedAt: __, pinnedBy: ___, ...own } = known
    const mayLook = row.room.kind === 'public' || row.members.has(authorId)
    return { ok: true, rev: known.rev, message: mayLook ? known : own, known: true }
  }
  if (!row.members.has(authorId)) return no(row.room.kind === 'public' ? 'forbidden' : 'not-found')
  if (known !== undefined) return no('id-taken')
  if (row.room.archived || isUnwelcome(tables, row, authorId)) return no('forbidden')
  if (replyTo !== undefined && (replyTo < 1 || replyTo > (heads.get(roomId) ?? 0))) return no('bad-input')
  row.head += 1
  row.rev += 1
  row.movedAt = tables.now()
  const place = { roomId, seq: row.head, rev: row.rev, id, authorId, body, sentAt: moment }
  const message: Message = { ...place, ...(replyTo === undefined ? {} : { replyTo }) }
  row.messages.push(message)
  name(tables, row, message)
  const mine = must(row.members.get(authorId), 'they are a member')
  row.members.set(authorId, { ...mine, lastRead: message.seq })
  return { ok: true, rev: message.rev, message }
}

/** Once a message was changed, its body no longer tells what the draft said. [L3] */
function isSame(known: Message, { authorId, body, replyTo }: Send): boolean {
  if (known.authorId !== authorId || known.replyTo !== replyTo) return false
  return known.body === body || known.editedAt !== undefined || known.deletedAt !== undefined
}

/** In a room of two, whether the other one blocked them. [M4] */
const isUnwelcome = (tables: Tables, { room, members }: RoomRow, who: string) =>
  room.kind === 'direct' && members.size === 2 && isBlocked(tables, who, members.keys())

/** Notes who is named in a message, if they are members and did not block its author. */
function name(tables: Tables, row: RoomRow, { seq, authorId, body }: Message): void {
  const names = new Set(namesIn(body ?? ''))
  const others = [...row.members.keys()].filter((id) => id !== authorId && !isBlocked(tables, authorId, [id]))
  const named = others.filter((id) => names.has(tables.users.get(id)?.username ?? ''))
  row.mentions.set(seq, new Set(named))
}

function change(tables: Tables, write: MessageChange, moment: string): Outcome {
  const row = tables.rooms.get(write.roomId)
  const message = row?.messages[write.seq - 1]
  const refusal = refusalOf(tables, message, write)
  if (row === undefined || message === undefined || refusal !== null) return no(refusal ?? 'not-found')
  const next = changed(message, write, moment)
  if (isDeepStrictEqual(next, message)) return { ok: true, rev: message.rev, message }
  if (message.deletedAt !== undefined) return no('conflict')
  if (write.kind === 'edit' && write.onRev !== undefined && write.onRev !== message.rev) return no('conflict')
  const choices = Object.values(next.reactions ?? {}).flat().length
  const isMore = choices > Object.values(message.reactions ?? {}).flat().length
  if (Object.keys(next.reactions ?? {}).length > limits.reactionKinds) return no('too-large')
  if (isMore && choices > limits.reactionChoices) return no('too-large')
  if (write.kind === 'pin' && write.on && pinsOf(row).length >= limits.pins) return no('too-large')
  row.rev += 1
  row.movedAt = tables.now()
  const placed = { ...next, rev: row.rev }
  row.messages[write.seq - 1] = placed
  if ('body' in write || write.kind === 'delete') name(tables, row, placed)
  return { ok: true, rev: placed.rev, message: placed }
}

export const pinsOf = ({ messages }: RoomRow) => messages.filter(({ pinnedAt }) => pinnedAt !== undefined)

/** The table of rights. [M3] */
function refusalOf(tables: Tables, message: Message | undefined, write: MessageChange): RefusalCode | null {
  const row = tables.rooms.get(write.roomId)
  const mine = row?.members.get(write.userId)
  if (row === undefined || (mine === undefined && row.room.kind !== 'public')) return 'not-found'
  const { kind, archived } = row.room
  const isDelete = write.kind === 'delete'
  const isModerated = isDelete && write.admin && kind === 'public'
  if (mine === undefined && !(isDelete && write.admin)) return 'forbidden'
  if (message === undefined) return 'not-found'
  if (isDelete && message.authorId === write.userId) return null
  if (archived && !isDelete) return 'forbidden'
  if (isUnwelcome(tables, row, write.userId)) return 'forbidden'
  if (write.kind === 'react' || write.kind === 'pin' || message.authorId === write.userId) return null
  const isOwned = isDelete && mine?.role === 'owner' && (kind === 'public' || kind === 'private')
  return isOwned || isModerated ? null : 'forbidden'
}

/** The row as the write wants it; itself, if it is so already. */
function changed(message: Message, write: MessageChange, moment: string): Message {
  if (write.kind === 'edit')
    return message.body === write.body ? message : { ...message, body: write.body, editedAt: moment }
  if (write.kind === 'delete') {
    if (message.deletedAt !== undefined) return message
    const { reactions: _, editedAt: __, pinnedAt: ___, pinnedBy: ____, ...kept } = message
    return { ...kept, body: null, deletedAt: moment }
  }
  return write.kind === 'react' ? reacted(message, write) : pinned(message, write, moment)
}

function pinned(message: Message, { userId, on }: MessageChange & { kind: 'pin' }, moment: string): Message {
  const { pinnedAt, pinnedBy: _, ...kept } = message
  if ((pinnedAt !== undefined) === on) return message
  return on ? { ...kept, pinnedAt: moment, pinnedBy: userId } : kept
}

function reacted(message: Message, { emoji, userId, on }: MessageChange & { kind: 'react' }): Message {
  const { reactions = {}, ...kept } = message
  const { [emoji]: who = [], ...others } = reactions
  if (who.includes(userId) === on) return message
  const next = on ? [...who, userId] : who.filter((id) => id !== userId)
  const all = next.length === 0 ? others : { ...others, [emoji]: next }
  return Object.keys(all).length === 0 ? kept : { ...kept, reactions: all }
}
