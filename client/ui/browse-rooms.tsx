/** The rooms that are open to everybody: search, join, go. */

import { useEffect, useState } from 'preact/hooks'
import type { Room } from '#protocol/wire.ts'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { useSearch } from './use-search.ts'
import { count, faultOf } from './words.ts'

export function BrowseRooms({ onClose }: { onClose: () => void }) {
  const { engine, router, dialog } = useParts()
  const mine = useCell(engine.rooms)
  const { text, setText, found, fault: searchFault } = useSearch(engine.publicRooms)
  const [fault, setFault] = useState<string | null>(null)
  const [joining, setJoining] = useState<string | null>(null)
  useEffect(() => setFault(searchFault), [searchFault])

  async function enter(room: Room, member: boolean): Promise<void> {
    setJoining(room.id)
    const no = member ? null : faultOf(await engine.joinRoom(room.id))
    setJoining(null)
    setFault(no)
    if (no !== null) return
    onClose()
    router.go(room.id)
  }

  return (
    <Dialog title="Browse rooms" onClose={onClose} wide={true} typing={true}>
      <input
        class="input"
        type="search"
        aria-label="Search public rooms"
        placeholder="Search public rooms"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Fault text={fault} />
      <ul class="picks" aria-label="Public rooms">
        {found?.map((room) => {
          const member = mine.some((one) => one.room.id === room.id)
          return (
            <li key={room.id} class="pick">
              <span class="pick-glyph">
                <Icon name="hash" />
              </span>
              <span class="pick-words">
                <span dir="auto">{room.title}</span>
                <span dir="auto">
                  {count(room.memberCount, 'member')}
                  {room.topic && ` · ${room.topic}`}
                </span>
              </span>
              <button
                type="button"
                class="button"
                data-kind={member ? 'quiet' : undefined}
                disabled={joining === room.id}
                aria-label={`${member ? 'Open' : 'Join'} ${room.title}`}
                onClick={() => void enter(room, member)}
              >
                {member ? 'Open' : 'Join'}
              </button>
            </li>
          )
        })}
      </ul>
      {found?.length === 0 && (
        <p class="pick-nothing">{text ? 'No room is called that.' : 'There are no public rooms yet.'}</p>
      )}
      <div class="dialog-foot">
        <button type="button" class="button" data-kind="main" onClick={() => dialog.set('create')}>
          <Icon name="plus" size={16} />
          Create a room
        </button>
      </div>
    </Dialog>
  )
}
