/** What can be done with a draft that was refused, and why it was; or with one that waits until the cluster is reached. */
import type { DraftView, RoomHandle } from '../engine/face.ts'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import type { RoomActions } from './room-actions.ts'
import { useCell } from './use-cell.ts'
import { refusalWord } from './words.ts'

type Needs = { draft: DraftView; handle: RoomHandle; act: RoomActions; onEdit: () => void }

export function DraftWays({ draft, handle, act, onEdit }: Needs) {
  const isOnline = useCell(useParts().engine.link).state === 'online'
  const isFailed = draft.state === 'failed'
  const waits = draft.state === 'slow' && draft.editable && !isOnline
  if (!isFailed && !waits) return null
  return (
    <div class="draft-ways">
      {isFailed && (
        <span class="draft-reason">
          <Icon name="warning" size={16} />
          Not sent. {draft.refusal ? refusalWord(draft.refusal) : ''}
        </span>
      )}
      <span class="draft-choices">
        {isFailed && (
          <button type="button" class="link-button" onClick={() => handle.retry(draft.id)}>
            Retry
          </button>
        )}
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
