/** A refused draft being written anew in its place. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { DraftView, RoomHandle } from '../engine/face.ts'
import type { RoomActions } from './room-actions.ts'
import { WritingField } from './writing-field.tsx'

type Needs = { draft: DraftView; handle: RoomHandle; edits: RoomActions['edits']; onDone: () => void }

export function DraftBox({ draft, handle, edits, onDone }: Needs) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(edits.get(draft.id)?.text ?? draft.body)
  const left = limits.bodyLength - text.trim().length
  const maySend = text.trim() !== '' && left >= 0

  useEffect(() => field.current?.focus({ preventScroll: true }), [])

  function write(next: string): void {
    setText(next)
    edits.set(draft.id, { text: next, from: draft.body })
  }

  function leave(): void {
    edits.delete(draft.id)
    onDone()
  }

  function send(): void {
    if (maySend && handle.rewrite(draft.id, text.trim())) leave()
  }

  return (
    <div class="edit-box writing-box">
      <WritingField
        handle={handle}
        field={field}
        label="Change the message"
        value={text}
        onText={write}
        onEnter={send}
        onEscape={leave}
      />
      <div class="edit-foot">
        <span class="hint">{left < 0 ? `${-left} too many` : 'Esc to cancel, Enter to send'}</span>
        <button type="button" class="button" data-kind="quiet" onClick={leave}>
          Cancel
        </button>
        <button type="button" class="button" data-kind="main" disabled={!maySend} onClick={send}>
          Send
        </button>
      </div>
    </div>
  )
}
