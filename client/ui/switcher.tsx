/** Goes to a room or a person by a few typed letters: a list under a field, walked by arrows. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { RoomGlyph } from './room-glyph.tsx'
import type { Target } from './targets.ts'
import { targetsOf } from './targets.ts'
import { useCell } from './use-cell.ts'
import { useSearch } from './use-search.ts'
import { count, faultOf, partnerOf } from './words.ts'

export function Switcher({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, router, visited } = useParts()
  const rooms = useCell(engine.rooms)
  const known = useCell(engine.users)
  const { text, setText, found } = useSearch(engine.findUsers)
  const [at, setAt] = useState(0)
  const [fault, setFault] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()

  const users = new Map([...known, ...(found ?? []).map((one) => [one.id, one] as const)])
  const targets = targetsOf(text, { rooms, users, ownId: user.id, visited: visited.get() })
  const chosen = Math.min(at, targets.length - 1)

  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  async function go(target: Target | undefined): Promise<void> {
    if (target === undefined) return
    if (target.kind === 'room') {
      onClose()
      router.go(target.key)
      return
    }
    const answer = await engine.createRoom({ kind: 'direct', memberIds: [target.person.id] })
    setFault(faultOf(answer))
    if (!answer.ok) return
    onClose()
    router.go(answer.value.id)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || targets.length === 0) return
    if (event.key === 'ArrowDown') setAt((chosen + 1) % targets.length)
    else if (event.key === 'ArrowUp') setAt((chosen + targets.length - 1) % targets.length)
    else if (event.key === 'Enter') void go(targets[chosen])
    else return
    event.preventDefault()
  }

  return (
    <Dialog title="Go to a room or a person" onClose={onClose} look="switcher" typing={true}>
      <label class="switcher-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Go to a room or a person"
          aria-expanded={targets.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={targets.length > 0 ? `${id}-${chosen}` : undefined}
          placeholder="Go to a room or a person"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </label>
      <Fault text={fault} />
      <div ref={list} id={`${id}-list`} class="switcher-list" role="listbox" aria-label="Rooms and people">
        {targets.map((target, index) => (
          <button
            type="button"
            key={target.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            class="switcher-item"
            onPointerMove={() => setAt(index)}
            onClick={() => void go(target)}
          >
            <Place target={target} user={user} users={users} />
          </button>
        ))}
      </div>
      {targets.length === 0 && <p class="pick-nothing">Nothing here is called that.</p>}
    </Dialog>
  )
}

type PlaceNeeds = { target: Target; user: User; users: ReadonlyMap<string, User> }

function Place({ target, user, users }: PlaceNeeds) {
  const face = target.kind === 'person' ? target.person.id : partnerOf(target.summary, user.id)
  const room = target.kind === 'room' ? target.summary.room : null
  const unread = target.kind === 'room' ? target.summary.unread : 0
  return (
    <>
      {face === null || room?.kind === 'public' ? (
        <RoomGlyph kind={room?.kind ?? 'direct'} many={room?.kind === 'direct'} />
      ) : (
        <Avatar user={users.get(face)} id={face} size="s" />
      )}
      <span class="switcher-title" dir="auto">
        {target.title}
      </span>
      <span class="switcher-more" dir="auto">
        {target.kind === 'person' ? `@${target.person.username}` : room?.archived ? 'archived' : room?.topic}
      </span>
      {unread > 0 && <span class="badge">{count(unread, 'new', 'new')}</span>}
    </>
  )
}
