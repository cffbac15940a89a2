/** A draft that was refused: why, and what can be done about it. */
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Icon } from './icon.tsx'
import type { RoomActions } from './room-actions.ts'
import { refusalWord } from './words.ts'

export function DraftFailed({ draft, handle, act }: { draft: DraftView; handle: RoomHandle; act: RoomActions }) {
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
