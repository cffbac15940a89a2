/** What others see of oneself: a name, and what one is up to. */
import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Fault } from './fault.tsx'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

export function Profile({ user }: { user: User }) {
  const { engine, spoken } = useParts()
  const [name, setName] = useState(user.displayName)
  const [status, setStatus] = useState(user.status ?? '')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const change = {
    ...(name.trim() === user.displayName ? {} : { displayName: name.trim() }),
    ...(status.trim() === (user.status ?? '') ? {} : { status: status.trim() }),
  }
  const maySave = name.trim() !== '' && Object.keys(change).length > 0

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    if (!maySave || busy) return
    setBusy(true)
    const no = faultOf(await engine.changeMe(change))
    setBusy(false)
    setFault(no)
    if (no === null) spoken.set('Saved')
  }

  return (
    <form class="profile" onSubmit={(event) => void save(event)}>
      <Avatar user={{ ...user, displayName: name.trim() || user.displayName }} id={user.id} size="xl" />
      <div class="form">
        <label class="field">
          <span>Name, as others see it</span>
          <input
            class="input"
            name="displayName"
            autocomplete="name"
            maxLength={limits.displayNameLength}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Status</span>
          <input
            class="input"
            name="status"
            autocomplete="off"
            maxLength={limits.statusLength}
            placeholder="What are you up to?"
            value={status}
            onInput={(event) => setStatus(event.currentTarget.value)}
          />
        </label>
        <Fault text={fault} />
        <div class="setting-row">
          <p class="hint">You sign in as @{user.username}.</p>
          <button type="submit" class="button" data-kind={maySave ? 'main' : undefined} disabled={!maySave}>
            Save
          </button>
        </div>
      </div>
    </form>
  )
}
