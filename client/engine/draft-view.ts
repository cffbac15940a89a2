/** A draft as it is shown: what is kept of it, how it fares, and the message it becomes. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Message, Sent } from '#protocol/wire.ts'
import type { DraftView } from './face.ts'
import type { KeptDraft } from './shelf.ts'

export function viewOf(kept: KeptDraft, state: DraftView['state'], refusal?: RefusalCode): DraftView {
  const { id, body, replyTo, createdAt } = kept
  return {
    id,
    body,
    createdAt,
    state,
    editable: kept.unsent === true,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}

/**
 * The row an ack places. Of a draft that was sent before, the message may have been edited since, elsewhere: such an
 * ack names that later revision, so the row counts as older than anything the room says. [R11]
 */
export function messageOf(
  { id, roomId, body, replyTo }: KeptDraft,
  authorId: string,
  attempts: number,
  { seq, rev, sentAt }: Sent,
): Message {
  const at = { roomId, seq, rev: attempts === 1 ? rev : 0, id, authorId, body, sentAt }
  return replyTo === undefined ? at : { ...at, replyTo }
}
