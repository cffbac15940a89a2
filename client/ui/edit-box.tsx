/** A message being edited in its place. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Message } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import type { RoomActions } from './room-actions.ts'
import { faultOf } from './words.ts'
import { WritingField } from './writing-field.tsx'

type Needs = { message: Message; handle: RoomHandle; edits: RoomActions['edits']; onDone: () => void }

export function EditBox({ message, handle, edits, onDone }: Needs) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(edits.get(message.seq) ?? message.body ?? '')
  const [fault, setFault] = useState<string | null>(null)
  const begun = useRef(message.rev)

  useEffect(() => {
    const element = field.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])

  function write(next: string): void {
    setText(next)
    edits.set(message.seq, next)
  }

  function leave(): void {
    edits.delete(message.seq)
    onDone()
  }

  async function save(): Promise<void> {
    const body = text.trim()
    if (body === '' || body.length > limits.bodyLength) return
    if (body === message.body) return leave()
    const answer = await handle.edit(message.seq, body, begun.current)
    if (answer.ok) return leave()
    if (answer.code === 'conflict') begun.current = message.rev // what they see now is what they overwrite next
    setFault(answer.code === 'conflict' ? 'It was changed in the meantime. Save again to overwrite.' : faultOf(answer))
  }

  return (
    <div class="edit-box writing-box">
      <WritingField
        handle={handle}
        field={field}
        label="Edit the message"
        value={text}
        onText={write}
        onEnter={() => void save()}
        onEscape={leave}
      />
      {fault !== null && (
        <p class="edit-fault" role="alert">
          {fault}
        </p>
      )}
      <div class="edit-foot">
        <span class="hint">Esc to cancel, Enter to save</span>
        <button type="button" class="button" data-kind="quiet" onClick={leave}>
          Cancel
        </button>
        <button type="button" class="button" data-kind="main" disabled={text.trim() === ''} onClick={() => void save()}>
          Save
        </button>
      </div>
    </div>
  )
}
