/** Rooms of one kind under their heading, with the way to one more. */
import type { User } from '#protocol/wire.ts'
import { Icon } from './icon.tsx'
import type { DialogView } from './parts.ts'
import { useParts } from './parts.ts'
import { RoomItem } from './room-item.tsx'
import type { Section, SectionName } from './sections.ts'

type Head = { title: string; add?: { label: string; empty: string; opens: DialogView; finds: DialogView } }

const heads: Record<SectionName, Head> = {
  favourites: { title: 'Favourites' },
  rooms: {
    title: 'Rooms',
    add: { label: 'Create a room', empty: 'Find a room to join', opens: 'create', finds: 'browse' },
  },
  direct: {
    title: 'Direct messages',
    add: { label: 'New direct message', empty: 'Write to somebody', opens: 'direct', finds: 'direct' },
  },
  archived: { title: 'Archived' },
}

export function RoomSection({ section, openId, user }: { section: Section; openId: string | null; user: User }) {
  const { dialog } = useParts()
  const { title, add } = heads[section.name]
  const items = section.rooms.map((room) => (
    <RoomItem
      key={room.summary.room.id}
      summary={room.summary}
      title={room.title}
      open={room.summary.room.id === openId}
      user={user}
    />
  ))
  if (items.length === 0 && add === undefined) return null
  if (section.name === 'archived') {
    return (
      <details class="rooms-section" open={section.rooms.some(({ summary }) => summary.room.id === openId)}>
        <summary class="rooms-section-head">
          <h2>{title}</h2>
          <Icon name="down-small" size={16} />
        </summary>
        <ul>{items}</ul>
      </details>
    )
  }
  return (
    <section class="rooms-section">
      <div class="rooms-section-head">
        <h2>{title}</h2>
        {add && (
          <button
            type="button"
            class="icon-button"
            aria-label={add.label}
            title={add.label}
            onClick={() => dialog.set(add.opens)}
          >
            <Icon name="plus" size={16} />
          </button>
        )}
      </div>
      {add && items.length === 0 && (
        <button type="button" class="rooms-empty" onClick={() => dialog.set(add.finds)}>
          {add.empty}
        </button>
      )}
      <ul>{items}</ul>
    </section>
  )
}
