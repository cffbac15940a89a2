/** A room's name and topic; its owner changes them in place. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Room } from '#protocol/wire.ts'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { RoomGlyph } from './room-glyph.tsx'
import { faultOf } from './words.ts'

type Needs = { room: Room; title: string; isOwner: boolean }

export function RoomFields({ room, title, isOwner }: Needs) {
  const [editing, setEditing] = useState(false)
  if (editing) return <Form room={room} onDone={() => setEditing(false)} />
  return (
    <div class="details-head">
      <span class="room-start-glyph">
        <RoomGlyph kind={room.kind} size={26} />
      </span>
      <div class="details-words">
        <h3 dir="auto">
          {title}
          {room.archived && <span class="details-mark">archived</span>}
        </h3>
        {room.kind !== 'direct' && <p dir="auto">{room.topic || 'No topic yet.'}</p>}
      </div>
      {isOwner && !room.archived && (
        <button type="button" class="button" onClick={() => setEditing(true)}>
          <Icon name="pencil" size={16} />
          Edit
        </button>
      )}
    </div>
  )
}

function Form({ room, onDone }: { room: Room; onDone: () => void }) {
  const { engine, spoken } = useParts()
  const [title, setTitle] = useState(room.title)
  const [topic, setTopic] = useState(room.topic)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const isNamed = title.trim() !== ''

  useEffect(() => field.current?.focus(), [])

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    if (!isNamed || busy) return
    setBusy(true)
    const no = faultOf(await engine.changeRoom(room.id, { title: title.trim(), topic: topic.trim() }))
    setBusy(false)
    setFault(no)
    if (no !== null) return
    spoken.set('Saved')
    onDone()
  }

  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <label class="field">
        <span>Name</span>
        <input
          class="input"
          name="title"
          required
          maxLength={limits.titleLength}
          autocomplete="off"
          value={title}
          ref={field}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Topic</span>
        <input
          class="input"
          name="topic"
          maxLength={limits.topicLength}
          placeholder="What it is about"
          autocomplete="off"
          value={topic}
          onInput={(event) => setTopic(event.currentTarget.value)}
        />
      </label>
      <Fault text={fault} />
      <div class="dialog-foot">
        <button type="button" class="button" data-kind="quiet" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" class="button" data-kind="main" disabled={!isNamed} aria-busy={busy}>
          Save
        </button>
      </div>
    </form>
  )
}
