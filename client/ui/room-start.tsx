/** The beginning of a room, above its first message. */
import type { Room } from '#protocol/wire.ts'
import { fullTimeOf } from './dates.ts'
import { Icon } from './icon.tsx'

export function RoomStart({ room, title, empty }: { room: Room; title: string; empty: boolean }) {
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
