/** A draft as it is shown: what is kept of it, and how it fares. */
import type { RefusalCode } from '#protocol/refusals.ts'
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
