/** Writes down what every client did and saw, from what its engine shows: the user's view is the one that counts. */
import { isDeepStrictEqual } from 'node:util'
import type { Answer, Message, Page } from '#protocol/wire.ts'
import type { Cell } from '../../../client/engine/cell.ts'
import type { LinkStatus, RoomHandle, Timeline } from '../../../client/engine/face.ts'
import type { Event, Operation } from '../checker/history.ts'

export type Recorder = ReturnType<typeof openRecorder>

/** What is written down, without the time. */
type Note = Event extends infer Each ? (Each extends { at: number } ? Omit<Each, 'at'> : never) : never

export function openRecorder(ticks: () => number = () => performance.now()) {
  const beganAt = ticks()
  const events: Event[] = []
  const messages = new Map<string, Message>()
  let operations = 0
  let acknowledged = 0

  const elapsedMs = () => ticks() - beganAt

  /** The same state of a message is shown to many: it is kept once. */
  function intern(what: Note): Note {
    if (what.type !== 'shown') return what
    const { roomId, seq, rev } = what.message
    const key = `${roomId} ${seq} ${rev}`
    const known = messages.get(key)
    if (known === undefined) messages.set(key, what.message)
    return isDeepStrictEqual(known, what.message) ? { ...what, message: known ?? what.message } : what
  }

  function note(what: Note): void {
    if (what.type === 'acknowledged' && what.seq !== undefined) acknowledged += 1
    events.push({ at: Math.round(elapsedMs()), ...intern(what) } as Event)
  }

  /** An edit, deletion or reaction: asked once, answered once. */
  async function change(operation: Omit<Operation, 'op'>, ask: () => Promise<Answer<{ rev: number }>>): Promise<void> {
    const op = `${operation.client} ${operation.kind} ${operations++}`
    note({ type: 'invoked', op, ...operation })
    const answer = await ask()
    const { client } = operation
    if (answer.ok) note({ type: 'acknowledged', op, client, rev: answer.value.rev })
    else note({ type: 'refused', op, client, code: answer.code, definite: answer.definite })
  }

  /** A page of history: what it holds is held against what had been acknowledged before it was asked for. */
  async function page(
    about: { client: string; roomId: string; isNewest: boolean },
    ask: () => Promise<Page | null>,
  ): Promise<void> {
    const invokedAt = elapsedMs()
    const answer = await ask()
    if (answer === null) return
    const revs = new Map(answer.messages.map(({ seq, rev }) => [seq, rev]))
    note({ type: 'page', ...about, invokedAt: Math.round(invokedAt), source: answer.source, revs })
  }

  /** Notes when a client loses its connection, and when it has one again, or one with another node. */
  function followLink(client: string, link: Cell<LinkStatus>): () => void {
    let [wasOnline, before]: [boolean, string | undefined] = [true, undefined]
    return link.subscribe(({ state, node }) => {
      const isOnline = state === 'online'
      if (isOnline !== wasOnline || (isOnline && node !== before))
        note({ type: 'link', client, isOnline, ...(node === undefined ? {} : { node }) })
      wasOnline = isOnline
      before = node
    })
  }

  return { events, note, change, page, followLink, elapsedMs, acknowledged: () => acknowledged }
}

/**
 * Follows a room's timeline: each message when it is first shown and whenever it changes, and what becomes of the
 * client's own drafts. A draft that turned into a message was acknowledged.
 */
export function follow(
  { note }: Recorder,
  { client, userId, handle, drafts }: { client: string; userId: string; handle: RoomHandle; drafts: Set<string> },
): () => void {
  const shown = new Map<number, Message>()
  const failed = new Set<string>()
  let before: Timeline['rows'] = []

  function look({ rows }: Timeline): void {
    const known = before
    before = rows
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at]
      if (row === undefined || row === known[at]) continue
      if (row.kind === 'message') {
        const { message } = row
        if (shown.get(message.seq) === message) continue
        shown.set(message.seq, message)
        note({ type: 'shown', client, userId, message })
        if (drafts.delete(message.id)) {
          failed.delete(message.id)
          note({ type: 'acknowledged', op: message.id, client, seq: message.seq, rev: message.rev })
        }
      } else if (row.kind === 'draft' && row.draft.state !== 'failed') {
        failed.delete(row.draft.id)
      } else if (row.kind === 'draft' && !failed.has(row.draft.id)) {
        failed.add(row.draft.id)
        const code = row.draft.refusal ?? 'unavailable'
        note({ type: 'refused', op: row.draft.id, client, code, definite: true })
      }
    }
  }

  look(handle.timeline.get())
  return handle.timeline.subscribe(look)
}

/** Resolves with the first value, now or later, of which it is true. */
export function until<Value>(cell: Cell<Value>, isTrue: (value: Value) => boolean): Promise<Value> {
  if (isTrue(cell.get())) return Promise.resolve(cell.get())
  return new Promise((resolve) => {
    const stop = cell.subscribe((value) => {
      if (!isTrue(value)) return
      stop()
      resolve(value)
    })
  })
}
