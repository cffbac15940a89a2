/** A draft that was refused: why, and what can be done about it. */
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Icon } from './icon.tsx'
import type { RoomActions } from './room-actions.ts'
import { refusalWord } from './words.ts'

type Needs = { draft: DraftView; handle: RoomHandle; act: RoomActions; onEdit: () => void }

export function DraftFailed({ draft, handle, act, onEdit }: Needs) {
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
        {draft.editable && (
          <button type="button" class="link-button" onClick={onEdit}>
            Edit
          </button>
        )}
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
