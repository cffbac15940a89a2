/** The line above an answer that says what it answers; pressing it leads there. */
import { useEffect, useState } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import { Icon } from './icon.tsx'
import type { RoomActions } from './room-actions.ts'
import { nameOf } from './words.ts'

type Needs = { seq: number; quoted: Message | null; users: ReadonlyMap<string, User>; act: RoomActions }

export function Quote({ seq, quoted, users, act }: Needs) {
  const found = useFound(seq, quoted, act)
  return (
    <button type="button" class="quote" onClick={() => act.show(seq)}>
      <Icon name="reply" size={14} />
      {found && <span class="quote-author">{nameOf(users, found.authorId)}</span>}
      <span class="quote-body" dir="auto">
        {found ? (found.body ?? 'This message was deleted') : 'An earlier message'}
      </span>
    </button>
  )
}

/** The message in the timeline as it is now, else as it was when we asked for it. */
function useFound(seq: number, quoted: Message | null, act: RoomActions): Message | null {
  const [found, setFound] = useState<Message | null>(null)
  const isMissing = quoted === null
  useEffect(() => {
    let isWaiting = isMissing
    if (isMissing) void act.find(seq).then((message) => isWaiting && setFound(message))
    return () => {
      isWaiting = false
    }
  }, [isMissing, seq, act])
  return quoted ?? found
}
