/** What is pinned in a room: read here, or followed to where it stands. */
import { useEffect, useState } from 'preact/hooks'
import type { Message } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { dayName, timeOf } from './dates.ts'
import { MessageBody } from './message-body.tsx'
import { useParts } from './parts.ts'
import type { RoomActions, Viewer } from './room-actions.ts'
import { useCell } from './use-cell.ts'
import { nameOf, refusalWord } from './words.ts'

export type PinsNeeds = { handle: RoomHandle; act: RoomActions; viewer: Viewer; onClose: () => void }

export function Pins({ handle, act, viewer, onClose }: PinsNeeds) {
  const { engine } = useParts()
  const { rows } = useCell(handle.timeline)
  const [pins, setPins] = useState<readonly Message[] | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const shown = rows.map((row) => (row.kind === 'message' ? (row.message.pinnedAt ?? '') : '')).join('')

  useEffect(() => {
    let isWanted = true
    void engine.pins(handle.roomId).then((answer) => {
      if (!isWanted) return
      if (!answer.ok) setFault(refusalWord(answer.code))
      else {
        engine.needUsers(answer.value.map(({ authorId }) => authorId))
        setPins(answer.value)
      }
    })
    return () => {
      isWanted = false
    }
  }, [engine, handle, shown])

  return (
    <div class="pins">
      <h2 class="pins-title">Pinned messages</h2>
      {fault !== null && <p class="hint">{fault}</p>}
      {pins?.length === 0 && (
        <p class="hint">Nothing yet. What you pin stays at hand here, for everybody in the room.</p>
      )}
      <ul class="pins-list" aria-busy={pins === null && fault === null}>
        {pins?.map((message) => (
          <Pin key={message.seq} message={message} act={act} viewer={viewer} onClose={onClose} />
        ))}
      </ul>
    </div>
  )
}

type PinNeeds = { message: Message; act: RoomActions; viewer: Viewer; onClose: () => void }

function Pin({ message, act, viewer, onClose }: PinNeeds) {
  const { engine, clock } = useParts()
  const users = useCell(engine.users)
  const { seq, authorId, sentAt, body } = message
  return (
    <li class="pin">
      <p class="pin-head">
        <b dir="auto">{nameOf(users, authorId)}</b>
        <span>
          {dayName(sentAt, clock.now())}, {timeOf(sentAt)}
        </span>
      </p>
      <div class="pin-body">
        <MessageBody body={body ?? ''} ownUsername={viewer.user.username} />
      </div>
      <p class="pin-foot">
        <button
          type="button"
          class="link-button"
          onClick={() => {
            onClose()
            act.show(seq)
          }}
        >
          Go to message
        </button>
        {viewer.mayWrite && (
          <button type="button" class="link-button" onClick={() => act.pin(message, false)}>
            Unpin
          </button>
        )}
      </p>
    </li>
  )
}
