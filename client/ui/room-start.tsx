/** The beginning of a room, above its first message. */
import type { RoomHandle } from '../engine/face.ts'
import { fullTimeOf } from './dates.ts'
import { Icon } from './icon.tsx'
import { useCell } from './use-cell.ts'

export function RoomStart({ handle, title, empty }: { handle: RoomHandle; title: string; empty: boolean }) {
  const room = useCell(handle.room)
  if (room === null) return null
  return (
    <div class="room-start">
      <span class="room-start-glyph">
        <Icon name={room.kind === 'direct' ? 'talk' : room.kind === 'private' ? 'lock' : 'hash'} size={26} />
      </span>
      <p class="room-start-title" dir="auto">
        {title}
      </p>
      <p class="room-start-words">
        {room.kind === 'direct'
          ? 'Only the people in it can read this conversation.'
          : room.topic || 'This is where the room begins.'}
        {empty && ' Nobody has said anything yet.'}
      </p>
      <p class="unseen">Created {fullTimeOf(room.createdAt)}</p>
    </div>
  )
}
