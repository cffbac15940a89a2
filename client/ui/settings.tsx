/** Who one is, how it looks, from where one is signed in, and the way out. */

import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { Devices } from './devices.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { PasswordForm } from './password-form.tsx'
import type { ThemeChoice } from './theme.ts'
import { useCell } from './use-cell.ts'
import { faultOf } from './words.ts'

export function Settings({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, dialog } = useParts()
  const [fault, setFault] = useState<string | null>(null)

  async function leave(): Promise<void> {
    const no = faultOf(await engine.signOut())
    setFault(no)
    if (no === null) dialog.set(null)
  }

  return (
    <Dialog title="Settings" onClose={onClose}>
      <Profile user={user} />
      <section class="setting">
        <h3>Appearance</h3>
        <Themes />
      </section>
      <section class="setting">
        <h3>Signed in on</h3>
        <Devices />
      </section>
      <section class="setting">
        <h3>Password</h3>
        <PasswordForm username={user.username} />
      </section>
      <Fault text={fault} />
      <div class="setting-exit">
        <button type="button" class="button" onClick={() => void leave()}>
          <Icon name="exit" size={16} />
          Sign out
        </button>
        <p class="hint">Removes what this device keeps of your rooms, unsent messages too.</p>
      </div>
    </Dialog>
  )
}

function Profile({ user }: { user: User }) {
  const { engine, spoken } = useParts()
  const [name, setName] = useState(user.displayName)
  const [fault, setFault] = useState<string | null>(null)
  const changed = name.trim() !== '' && name.trim() !== user.displayName

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    if (!changed) return
    const no = faultOf(await engine.changeMe({ displayName: name.trim() }))
    setFault(no)
    if (no === null) spoken.set('Saved')
  }

  return (
    <form class="profile" onSubmit={(event) => void save(event)}>
      <Avatar user={{ ...user, displayName: name.trim() || user.displayName }} id={user.id} size="l" />
      <div class="form">
        <label class="field">
          <span>Name, as others see it</span>
          <span class="field-row">
            <input
              class="input"
              name="displayName"
              autocomplete="name"
              maxLength={limits.displayNameLength}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <button type="submit" class="button" data-kind={changed ? 'main' : undefined} disabled={!changed}>
              Save
            </button>
          </span>
        </label>
        <p class="hint">You sign in as @{user.username}.</p>
        <Fault text={fault} />
      </div>
    </form>
  )
}

const themes: { choice: ThemeChoice; icon: IconName; label: string }[] = [
  { choice: 'system', icon: 'device', label: 'System' },
  { choice: 'light', icon: 'sun', label: 'Light' },
  { choice: 'dark', icon: 'moon', label: 'Dark' },
]

function Themes() {
  const { theme } = useParts()
  const chosen = useCell(theme)
  return (
    <div class="choices" role="radiogroup" aria-label="Appearance">
      {themes.map(({ choice, icon, label }) => (
        <label key={choice}>
          <input type="radio" name="theme" checked={chosen === choice} onChange={() => theme.set(choice)} />
          <Icon name={icon} size={16} />
          {label}
        </label>
      ))}
    </div>
  )
}
