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
        aria-label={labelOf(summary, title, waits)}
      >
        {face === undefined ? (
          <RoomGlyph kind={room.kind} many={room.kind === 'direct'} />
        ) : (
          <Avatar user={users.get(face)} id={face} size="s" />
        )}
        <span class="room-item-title" dir="auto">
          {title}
        </span>
        {failed ? (
          <span class="room-item-failed" title="A message was not sent">
            <Icon name="warning" size={16} />
          </span>
        ) : (
          draft && !open && !waits && <Icon name="pencil" size={14} />
        )}
        {waits && (
          <span class="badge" data-mention={mentions > 0 || room.kind === 'direct'}>
            {mentions > 0 && room.kind !== 'direct' && '@'}
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </a>
    </li>
  )
}

function labelOf({ unread, mentions, failed, draft }: RoomSummary, title: string, waits: boolean): string {
  const parts = [title]
  if (waits) parts.push(`${unread} unread`)
  if (waits && mentions > 0) parts.push(count(mentions, 'mention'))
  if (failed) parts.push('a message was not sent')
  if (draft) parts.push('has a draft')
  return parts.join(', ')
}
