/** Who is typing; its line is always there, so that nothing jumps. */
import type { RoomHandle } from '../engine/face.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { typingWord } from './words.ts'

export function TypingLine({ handle }: { handle: RoomHandle }) {
  const { engine } = useParts()
  const users = useCell(engine.users)
  const ids = useCell(handle.typing)
  return (
    <span class="typing" data-shown={ids.length > 0}>
      {ids.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {typingWord(users, ids)}
        </>
      )}
    </span>
  )
}
