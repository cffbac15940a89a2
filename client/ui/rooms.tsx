/** The list of rooms: what waits in which, how to find, make and leave them, and who we are. */
import { useMemo } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Icon } from './icon.tsx'
import { isMac } from './keys.ts'
import { Logo } from './logo.tsx'
import { NodeBadge } from './node-badge.tsx'
import { useParts } from './parts.ts'
import { RoomSection } from './room-section.tsx'
import { sectionsOf } from './sections.ts'
import { useCell } from './use-cell.ts'
import { useRoomList } from './use-room-list.ts'

/** `isMain`: it is all there is to see, on a phone without an open room. */
export function Rooms({ user, openId, isMain }: { user: User; openId: string | null; isMain: boolean }) {
  const { engine, dialog } = useParts()
  const users = useCell(engine.users)
  const rooms = useCell(engine.rooms)
  const sections = useMemo(() => sectionsOf(rooms, users, user.id), [rooms, users, user.id])
  const list = useRoomList()
  const Head = isMain ? 'div' : 'header'
  return (
    <div class="rooms" role={isMain ? 'main' : undefined} data-region="rooms">
      <Head class="rooms-head">
        <Logo />
        {isMain ? <h1 class="rooms-brand">Parley</h1> : <span class="rooms-brand">Parley</span>}
        <button
          type="button"
          class="icon-button"
          aria-label="Browse public rooms"
          title="Browse public rooms"
          onClick={() => dialog.set('browse')}
        >
          <Icon name="compass" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="New direct message"
          title="New direct message"
          onClick={() => dialog.set('direct')}
        >
          <Icon name="talk" />
        </button>
      </Head>
      <button type="button" class="rooms-go" onClick={() => dialog.set('switcher')}>
        <Icon name="search" size={16} />
        <span>Go to…</span>
        <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <nav class="rooms-list" aria-label="Rooms" {...list}>
        {sections.map((section) => (
          <RoomSection key={section.name} section={section} openId={openId} user={user} />
        ))}
      </nav>
      <div class="rooms-foot">
        <button type="button" class="me" onClick={() => dialog.set('settings')}>
          <Avatar user={user} id={user.id} />
          <span class="me-words">
            <span class="me-name" dir="auto">
              {user.displayName}
            </span>
            <span class="me-username" dir="auto">
              {user.status || `@${user.username}`}
            </span>
          </span>
          <Icon name="gear" size={18} />
          <span class="unseen">Settings</span>
        </button>
        <NodeBadge />
      </div>
    </div>
  )
}
