/** Writes down what every client did and saw, from what its engine shows: the user's view is the one that counts. */
import type { Answer, Message } from '#protocol/wire.ts'
import type { Cell } from '../../../client/engine/cell.ts'
import type { RoomHandle, Timeline } from '../../../client/engine/face.ts'
import type { Event, Operation } from '../checker/history.ts'

export type Recorder = ReturnType<typeof openRecorder>

/** What is written down, without the time. */
type Note = Event extends infer Each ? (Each extends { at: number } ? Omit<Each, 'at'> : never) : never

export function openRecorder(ticks: () => number = () => performance.now()) {
  const beganAt = ticks()
  const events: Event[] = []
  let operations = 0

  function note(what: Note): void {
    events.push({ at: Math.round(ticks() - beganAt), ...what } as Event)
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

  return { events, note, change, elapsedMs: () => ticks() - beganAt }
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

  function look({ rows }: Timeline): void {
    for (const row of rows) {
      if (row.kind === 'message') {
        const { message } = row
        if (shown.get(message.seq) === message) continue
        shown.set(message.seq, message)
        note({ type: 'shown', client, userId, message })
        if (drafts.delete(message.id)) {
          failed.delete(message.id)
          note({ type: 'acknowledged', op: message.id, client, seq: message.seq, rev: message.rev })
        }
      } else if (row.kind === 'draft' && row.draft.state === 'failed' && !failed.has(row.draft.id)) {
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
