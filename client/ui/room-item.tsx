/** A room in the list: its name, whether something waits in it, and the way to its menu. */
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { RoomGlyph } from './room-glyph.tsx'
import { waitingIn } from './sections.ts'
import { useCell } from './use-cell.ts'
import { count, partnerOf } from './words.ts'

type Needs = { summary: RoomSummary; title: string; open: boolean; user: User }

export function RoomItem({ summary, title, open, user }: Needs) {
  const { engine } = useParts()
  const users = useCell(engine.users)
  const { room, mentions, failed, draft, muted } = summary
  const face = partnerOf(summary, user.id)
  const waiting = waitingIn(summary)
  return (
    <li class="room-line" data-room={room.id}>
      <a
        class="room-item"
        href={`#/r/${room.id}`}
        aria-current={open ? 'page' : undefined}
        data-unread={waiting > 0}
        data-archived={room.archived}
        data-muted={muted}
      >
        {face === null ? (
          <RoomGlyph kind={room.kind} many={room.kind === 'direct'} />
        ) : (
          <Avatar user={users.get(face)} id={face} size="s" />
        )}
        <span class="room-item-title" dir="auto">
          {title}
        </span>
        {muted && (
          <span class="room-item-mark">
            <Icon name="bell-off" size={14} />
            <span class="unseen">, muted</span>
          </span>
        )}
        {failed && (
          <span class="room-item-failed" title="A message was not sent">
            <Icon name="warning" size={16} />
            <span class="unseen">, a message was not sent</span>
          </span>
        )}
        {draft && !failed && !open && waiting === 0 && (
          <span class="room-item-mark">
            <Icon name="pencil" size={14} />
            <span class="unseen">, has a draft</span>
          </span>
        )}
        {waiting > 0 && (
          <span class="badge" data-mention={mentions > 0 || room.kind === 'direct'}>
            <span class="unseen">, </span>
            {mentions > 0 && room.kind !== 'direct' && '@'}
            {waiting > 99 ? '99+' : waiting}
            <span class="unseen"> unread{mentions > 0 && `, ${count(mentions, 'mention')}`}</span>
          </span>
        )}
      </a>
      <button
        type="button"
        class="icon-button room-more"
        tabIndex={-1}
        aria-label={`More about ${title}`}
        aria-haspopup="menu"
      >
        <Icon name="more" size={16} />
      </button>
    </li>
  )
}
