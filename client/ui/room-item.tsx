/** A room in the list: its name, and whether something waits in it. */
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { RoomGlyph } from './room-glyph.tsx'
import { useCell } from './use-cell.ts'
import { count } from './words.ts'

type Needs = { summary: RoomSummary; title: string; open: boolean; user: User }

export function RoomItem({ summary, title, open, user }: Needs) {
  const { engine } = useParts()
  const users = useCell(engine.users)
  const { room, unread, mentions, failed, draft } = summary
  const others = summary.memberIds?.filter((id) => id !== user.id) ?? []
  const face = room.kind === 'direct' && others.length === 1 ? others[0] : undefined
  const waits = unread > 0 && !open
  return (
    <li>
      <a
        class="room-item"
        href={`#/r/${room.id}`}
        aria-current={open ? 'page' : undefined}
        data-unread={waits}
        data-archived={room.archived}
      >
        {face === undefined ? (
          <RoomGlyph kind={room.kind} many={room.kind === 'direct'} />
        ) : (
          <Avatar user={users.get(face)} id={face} size="s" />
        )}
        <span class="room-item-title" dir="auto">
          {title}
        </span>
        {failed && (
          <span class="room-item-failed" title="A message was not sent">
            <Icon name="warning" size={16} />
            <span class="unseen">, a message was not sent</span>
          </span>
        )}
        {draft && !failed && !open && !waits && (
          <>
            <Icon name="pencil" size={14} />
            <span class="unseen">, has a draft</span>
          </>
        )}
        {waits && (
          <span class="badge" data-mention={mentions > 0 || room.kind === 'direct'}>
            <span class="unseen">, </span>
            {mentions > 0 && room.kind !== 'direct' && '@'}
            {unread > 99 ? '99+' : unread}
            <span class="unseen"> unread{mentions > 0 && `, ${count(mentions, 'mention')}`}</span>
          </span>
        )}
      </a>
    </li>
  )
}
