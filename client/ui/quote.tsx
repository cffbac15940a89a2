/** The line above an answer that says what it answers; pressing it leads there. */
import { useEffect, useState } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import { BodyLine } from './body-line.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import type { RoomActions } from './room-actions.ts'
import { useCell } from './use-cell.ts'
import { nameOf } from './words.ts'

type Needs = { seq: number; quoted: Message | null; users: ReadonlyMap<string, User>; act: RoomActions }

export function Quote({ seq, quoted, users, act }: Needs) {
  const { engine } = useParts()
  const found = useFound(seq, quoted, act)
  const isHidden = useCell(engine.blocked).has(found?.authorId ?? '')
  return (
    <button type="button" class="quote" onClick={() => act.show(seq)}>
      <Icon name="reply" size={14} />
      {found && !isHidden && <span class="quote-author">{nameOf(users, found.authorId)}</span>}
      <span class="quote-body" dir="auto">
        {isHidden ? 'A message by somebody you block' : <Said message={found} />}
      </span>
    </button>
  )
}

function Said({ message }: { message: Message | null }) {
  if (message === null) return <>An earlier message</>
  return message.body === null ? <>This message was deleted</> : <BodyLine body={message.body} />
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
