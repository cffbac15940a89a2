/** A text field that knows the room: it completes its people, and emoji by their names. */
import type { RoomHandle } from '../engine/face.ts'
import { CompletionList } from './completion-list.tsx'
import type { TextNeeds } from './growing-text.tsx'
import { GrowingText } from './growing-text.tsx'
import { useCompletion } from './use-completion.ts'

export function WritingField({ handle, ...text }: Omit<TextNeeds, 'completion'> & { handle: RoomHandle }) {
  const completion = useCompletion(text.field, handle)
  return (
    <>
      <GrowingText {...text} completion={completion} />
      {completion.isOpen && <CompletionList completion={completion} field={text.field} label="Suggestions" />}
    </>
  )
}
