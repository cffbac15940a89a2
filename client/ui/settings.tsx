/** Who one is, how it looks, what may disturb, from where one is signed in, and the way out. */
import { useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { Appearance } from './appearance.tsx'
import { Devices } from './devices.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { NoticeSetting } from './notice-setting.tsx'
import { useParts } from './parts.ts'
import { PasswordForm } from './password-form.tsx'
import { Profile } from './profile.tsx'
import { useCell } from './use-cell.ts'
import { count, faultOf } from './words.ts'

export function Settings({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, dialog } = useParts()
  const waiting = useCell(engine.waiting).length
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
        <Appearance />
      </section>
      <section class="setting">
        <h3>Notifications</h3>
        <NoticeSetting />
      </section>
      <section class="setting">
        <h3>Signed in on</h3>
        <Devices />
      </section>
      <section class="setting">
        <h3>Password</h3>
        <PasswordForm username={user.username} />
      </section>
      <section class="setting">
        <h3>Help</h3>
        <div class="setting-ways">
          <button type="button" class="button" onClick={() => dialog.set('shortcuts')}>
            <Icon name="keyboard" size={16} />
            Keyboard shortcuts
          </button>
          <button type="button" class="button" onClick={() => dialog.set('outbox')}>
            <Icon name="outbox" size={16} />
            {waiting === 0 ? 'Waiting to be sent' : count(waiting, 'message waits', 'messages wait')}
          </button>
        </div>
      </section>
      <Fault text={fault} />
      <div class="setting-exit">
        <button type="button" class="button" onClick={() => void leave()}>
          <Icon name="exit" size={16} />
          Sign out
        </button>
        <p class="hint">
          {waiting > 0
            ? `Deletes ${count(waiting, 'message that is', 'messages that are')} not sent yet, and `
            : 'Removes '}
          what this device keeps of your rooms.
        </p>
      </div>
    </Dialog>
  )
}
