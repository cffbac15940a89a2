/** How a draft fares: nothing to say for 300 ms, then that it is being sent, or at once why it was not. */
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Icon } from './icon.tsx'
import type { RoomActions } from './room-actions.ts'
import { refusalWord } from './words.ts'

export function DraftState({ draft, handle, act }: { draft: DraftView; handle: RoomHandle; act: RoomActions }) {
  if (draft.state === 'sending') return null
  if (draft.state === 'slow') return <p class="draft-slow">Sending…</p>
  return (
    <div class="draft-failed">
      <span class="draft-reason">
        <Icon name="warning" size={16} />
        Not sent. {draft.refusal ? refusalWord(draft.refusal) : ''}
      </span>
      <span class="draft-choices">
        <button type="button" class="link-button" onClick={() => handle.retry(draft.id)}>
          Retry
        </button>
        <button type="button" class="link-button" onClick={() => act.copy(draft.body)}>
          Copy
        </button>
        <button type="button" class="link-button" onClick={() => handle.discard(draft.id)}>
          Delete
        </button>
      </span>
    </div>
  )
}
