/** Makes a room. */

import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

export function CreateRoom({ onClose }: { onClose: () => void }) {
  const { engine, router } = useParts()
  const [title, setTitle] = useState('')
  const [topic, setTopic] = useState('')
  const [kind, setKind] = useState<'public' | 'private'>('public')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)

  async function create(event: Event): Promise<void> {
    event.preventDefault()
    if (title.trim() === '' || busy) return
    setBusy(true)
    const answer = await engine.createRoom({ kind, title: title.trim(), ...(topic.trim() && { topic: topic.trim() }) })
    setBusy(false)
    setFault(faultOf(answer))
    if (!answer.ok) return
    onClose()
    router.go(answer.value.id)
  }

  return (
    <Dialog title="Create a room" onClose={onClose} typing={true}>
      <form class="form" onSubmit={(event) => void create(event)}>
        <div class="choices" role="radiogroup" aria-label="Who can read it">
          <label>
            <input type="radio" name="kind" checked={kind === 'public'} onChange={() => setKind('public')} />
            <Icon name="hash" size={16} />
            Public
          </label>
          <label>
            <input type="radio" name="kind" checked={kind === 'private'} onChange={() => setKind('private')} />
            <Icon name="lock" size={16} />
            Private
          </label>
        </div>
        <p class="hint">
          {kind === 'public'
            ? 'Everybody who is signed in can find it, read it and join.'
            : 'Only its members can see it. Members add others.'}
        </p>
        <label class="field">
          <span>Name</span>
          <input
            class="input"
            name="title"
            required
            maxLength={limits.titleLength}
            placeholder="e.g. general"
            autocomplete="off"
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Topic, if you like</span>
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
          <button type="button" class="button" data-kind="quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button" data-kind="main" disabled={title.trim() === '' || busy}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  )
}
