/** Who is in the room, those who are here first. */

import { useEffect, useRef } from 'preact/hooks'
import type { Member } from '#protocol/wire.ts'
import type { Online, RoomHandle } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { useMedia } from './use-media.ts'
import { count, nameOf } from './words.ts'

type Needs = { handle: RoomHandle; onClose: () => void }

/** More are not listed: a list of thousands helps nobody. */
const listed = 200

export function People({ handle, onClose }: Needs) {
  const room = useCell(handle.room)
  const members = useCell(handle.members)
  const online = useCell(handle.online)
  const isOverlay = useMedia('(max-width: 1080px)')
  const closer = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // beside the timeline it is a list among others; over it, what one has just gone to
    if (isOverlay) closer.current?.focus()
  }, [isOverlay])
  const isHere = (member: Member) => 'ids' in online && online.ids.has(member.userId)
  const here = members.filter(isHere)
  const away = members.filter((member) => !isHere(member))
  return (
    <aside
      class="people"
      aria-label="People"
      data-region="people"
      data-region-focus="true"
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header class="people-head">
        <h2>People</h2>
        <button ref={closer} type="button" class="icon-button" aria-label="Close the list of people" onClick={onClose}>
          <Icon name="close" size={18} />
        </button>
      </header>
      <div class="people-list">
        <Group title={hereTitle(online, here.length)} members={here} here={true} />
        <Group title={'count' in online ? 'Members' : 'Away'} members={away.slice(0, listed)} here={false} />
        {away.length > listed && <p class="hint">and {count(away.length - listed, 'more', 'more')}</p>}
      </div>
      {room && room.kind !== 'direct' && <Ways roomId={room.id} />}
    </aside>
  )
}

/** What leads on from here. */
function Ways({ roomId }: { roomId: string }) {
  const { dialog } = useParts()
  return (
    <div class="people-foot">
      <button type="button" class="pick" onClick={() => dialog.set({ kind: 'add', roomId })}>
        <Icon name="plus" size={18} />
        Add people
      </button>
      <button type="button" class="pick" onClick={() => dialog.set({ kind: 'details', roomId })}>
        <Icon name="info" size={18} />
        Room details
      </button>
    </div>
  )
}

function hereTitle(online: Online, named: number): string {
  return 'count' in online ? `${count(online.count, 'person', 'people')} here` : `Here · ${named}`
}

function Group({ title, members, here }: { title: string; members: readonly Member[]; here: boolean }) {
  const { engine, dialog } = useParts()
  const users = useCell(engine.users)
  if (members.length === 0 && !title.includes(' here')) return null
  const sorted = members.toSorted((a, b) => nameOf(users, a.userId).localeCompare(nameOf(users, b.userId)))
  return (
    <section>
      <h3 class="people-title">{title}</h3>
      <ul>
        {sorted.map(({ userId, role }) => (
          <li key={userId}>
            <button
              type="button"
              class="person"
              data-here={here}
              title={users.get(userId)?.status || `@${users.get(userId)?.username ?? ''}`}
              onClick={() => dialog.set({ kind: 'profile', userId })}
            >
              <span class="presence" data-online={here}>
                <Avatar user={users.get(userId)} id={userId} size="s" />
              </span>
              <span class="person-name" dir="auto">
                {nameOf(users, userId)}
              </span>
              {role === 'owner' && <span class="person-role">owner</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
