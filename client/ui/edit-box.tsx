/** A message being edited in its place. What somebody else made of it meanwhile is shown beside what is typed here. */

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
  const [text, setText] = useState(edits.get(message.seq)?.text ?? message.body ?? '')
  const [begunFrom] = useState(edits.get(message.seq)?.from ?? message.body)
  const [fault, setFault] = useState<string | null>(null)
  /** The rev of the row that the server found too old. */
  const [refusedRev, setRefusedRev] = useState<number | null>(null)
  const theirs = message.body === begunFrom || message.body === null ? null : message.body
  const left = limits.bodyLength - text.trim().length

  useEffect(() => {
    const element = field.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])

  function write(next: string): void {
    setText(next)
    edits.set(message.seq, { text: next, from: begunFrom })
  }

  function leave(): void {
    edits.delete(message.seq)
    onDone()
  }

  /** `over`: the text that is replaced, as the person has seen it. */
  async function save(over: string | null): Promise<void> {
    const body = text.trim()
    if (body === '' || left < 0 || over !== message.body) return
    if (body === message.body) return leave()
    const { rev } = message
    const answer = await handle.edit(message.seq, body, rev)
    if (answer.ok) return leave()
    setRefusedRev(answer.code === 'conflict' ? rev : null)
    setFault(answer.code === 'conflict' ? null : faultOf(answer))
  }

  // somebody reacted at the same moment, say: that is no conflict, the text is still the one that was seen
  useEffect(() => {
    if (refusedRev === null || message.rev <= refusedRev) return
    setRefusedRev(null)
    if (message.body === begunFrom) void save(begunFrom)
  }, [message.rev, refusedRev])

  return (
    <div class="edit-box writing-box" data-over={left < 0}>
      {theirs !== null && <Theirs body={theirs} onTake={leave} onReplace={() => void save(theirs)} />}
      <WritingField
        handle={handle}
        field={field}
        label="Edit the message"
        value={text}
        onText={write}
        onEnter={() => void save(begunFrom)}
        onEscape={leave}
      />
      {fault !== null && (
        <p class="edit-fault" role="alert">
          {fault}
        </p>
      )}
      <div class="edit-foot">
        <span class="hint">{left < 0 ? `${-left} too many` : 'Esc to cancel, Enter to save'}</span>
        <button type="button" class="button" data-kind="quiet" onClick={leave}>
          Cancel
        </button>
        <button
          type="button"
          class="button"
          data-kind="main"
          disabled={text.trim() === '' || left < 0 || theirs !== null}
          onClick={() => void save(begunFrom)}
        >
          Save
        </button>
      </div>
    </div>
  )
}

type TheirsNeeds = { body: string; onTake: () => void; onReplace: () => void }

/** The person decides which of the two stays. */
function Theirs({ body, onTake, onReplace }: TheirsNeeds) {
  return (
    <div class="edit-theirs" role="alert">
      <p>It was changed elsewhere while you were editing. It now says:</p>
      <blockquote dir="auto">{body}</blockquote>
      <p class="edit-ways">
        <button type="button" class="button" onClick={onTake}>
          Keep that
        </button>
        <button type="button" class="button" onClick={onReplace}>
          Replace it with mine
        </button>
      </p>
    </div>
  )
}
