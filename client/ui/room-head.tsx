/** The bar above a timeline: which room this is, how to leave it, who is in it. */
import type { Room } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { Icon } from './icon.tsx'
import { NodeBadge } from './node-badge.tsx'
import { useParts } from './parts.ts'
import { PinsButton } from './pins-button.tsx'
import type { RoomActions, Viewer } from './room-actions.ts'
import { RoomGlyph } from './room-glyph.tsx'
import { useCell } from './use-cell.ts'
import { count } from './words.ts'

type Needs = {
  room: Room | null
  title: string
  handle: RoomHandle
  act: RoomActions
  viewer: Viewer
  peopleShown: boolean
  onPeople: () => void
}

export function RoomHead({ room, title, handle, act, viewer, peopleShown, onPeople }: Needs) {
  const { router, dialog } = useParts()
  const online = useCell(handle.online)
  const here = 'ids' in online ? online.ids.size : online.count
  return (
    <header class="room-head">
      <button type="button" class="icon-button back" aria-label="Back to the rooms" onClick={() => router.go(null)}>
        <Icon name="back" size={22} />
      </button>
      {room && <RoomGlyph kind={room.kind} />}
      <div class="room-title">
        <h1 dir="auto">
          <button
            type="button"
            class="room-title-button"
            onClick={() => room && dialog.set({ kind: 'details', roomId: room.id })}
          >
            {title}
          </button>
        </h1>
        {room?.topic && (
          <p dir="auto" title={room.topic}>
            {room.topic}
          </p>
        )}
      </div>
      <NodeBadge />
      <PinsButton handle={handle} act={act} viewer={viewer} />
      <button
        type="button"
        class="people-button"
        aria-pressed={peopleShown}
        aria-label={`People: ${count(room?.memberCount ?? 0, 'member')}, ${here} here now`}
        onClick={onPeople}
      >
        <Icon name="people" size={18} />
        <span>{room?.memberCount ?? ''}</span>
      </button>
    </header>
  )
}
