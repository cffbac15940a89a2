/** The list of rooms: what waits in which, how to find, make and leave them, and who we are. */

import type { ComponentChildren } from 'preact'
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import { NodeBadge } from './node-badge.tsx'
import { useParts } from './parts.ts'
import { RoomItem } from './room-item.tsx'
import { useCell } from './use-cell.ts'
import { titleOf } from './words.ts'

/** `isMain`: it is all there is to see, on a phone without an open room. */
export function Rooms({ user, openId, isMain }: { user: User; openId: string | null; isMain: boolean }) {
  const { engine, dialog } = useParts()
  const users = useCell(engine.users)
  const rooms = useCell(engine.rooms)
  const named = rooms.map((summary) => ({ summary, title: titleOf(summary, users, user.id) }))
  const shared = named
    .filter(({ summary }) => summary.room.kind !== 'direct')
    .toSorted((a, b) => a.title.localeCompare(b.title))
  const direct = named
    .filter(({ summary }) => summary.room.kind === 'direct')
    .toSorted((a, b) => latest(b.summary) - latest(a.summary))
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
      <nav class="rooms-list" aria-label="Rooms" onKeyDown={walk}>
        <Section
          title="Rooms"
          add="Create a room"
          onAdd={() => dialog.set('create')}
          rooms={shared}
          openId={openId}
          user={user}
        >
          <button type="button" class="rooms-empty" onClick={() => dialog.set('browse')}>
            Find a room to join
          </button>
        </Section>
        <Section
          title="Direct messages"
          add="New direct message"
          onAdd={() => dialog.set('direct')}
          rooms={direct}
          openId={openId}
          user={user}
        >
          <button type="button" class="rooms-empty" onClick={() => dialog.set('direct')}>
            Write to somebody
          </button>
        </Section>
      </nav>
      <div class="rooms-foot">
        <button type="button" class="me" onClick={() => dialog.set('settings')}>
          <Avatar user={user} id={user.id} />
          <span class="me-words">
            <span class="me-name" dir="auto">
              {user.displayName}
            </span>
            <span class="me-username">@{user.username}</span>
          </span>
          <Icon name="gear" size={18} />
          <span class="unseen">Settings</span>
        </button>
        <NodeBadge />
      </div>
    </div>
  )
}

type Named = { summary: RoomSummary; title: string }

type SectionNeeds = {
  title: string
  add: string
  onAdd: () => void
  rooms: readonly Named[]
  openId: string | null
  user: User
  children: ComponentChildren
}

function Section({ title, add, onAdd, rooms, openId, user, children }: SectionNeeds) {
  return (
    <section class="rooms-section">
      <div class="rooms-section-head">
        <h2>{title}</h2>
        <button type="button" class="icon-button" aria-label={add} title={add} onClick={onAdd}>
          <Icon name="plus" size={16} />
        </button>
      </div>
      {rooms.length === 0 && children}
      <ul>
        {rooms.map(({ summary, title: name }) => (
          <RoomItem
            key={summary.room.id}
            summary={summary}
            title={name}
            open={summary.room.id === openId}
            user={user}
          />
        ))}
      </ul>
    </section>
  )
}

function latest({ lastMessage, room }: RoomSummary): number {
  return Date.parse(lastMessage?.sentAt ?? room.createdAt)
}

/** ↑ and ↓ walk the rooms. */
function walk(event: KeyboardEvent): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
  const items = [...document.querySelectorAll<HTMLElement>('.room-item')]
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = items[at + (event.key === 'ArrowUp' ? -1 : 1)]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  next.focus()
}
