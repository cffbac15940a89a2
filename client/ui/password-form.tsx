/** A new password; every other device is signed out by it. */

import { useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import { Fault } from './fault.tsx'
import { useParts } from './parts.ts'
import { faultOf } from './words.ts'

export function PasswordForm({ username }: { username: string }) {
  const { engine } = useParts()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [done, setDone] = useState(false)

  async function change(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await engine.changePassword(current, next)
    setDone(answer.ok)
    setFault(!answer.ok && answer.code === 'forbidden' ? 'The current password is another one.' : faultOf(answer))
    if (!answer.ok) return
    setCurrent('')
    setNext('')
  }

  return (
    <form class="form" onSubmit={(event) => void change(event)}>
      <input
        class="unseen"
        type="text"
        name="username"
        autocomplete="username"
        value={username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <div class="field-pair">
        <label class="field">
          <span>Current</span>
          <input
            class="input"
            type="password"
            required
            autocomplete="current-password"
            value={current}
            onInput={(event) => setCurrent(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>New</span>
          <input
            class="input"
            type="password"
            required
            minLength={limits.passwordMin}
            maxLength={limits.passwordMax}
            autocomplete="new-password"
            value={next}
            onInput={(event) => setNext(event.currentTarget.value)}
          />
        </label>
      </div>
      <Fault text={fault} />
      <div class="setting-row">
        <p class="hint" role="status">
          {done ? 'Changed. Your other devices were signed out.' : 'Signs out your other devices.'}
        </p>
        <button type="submit" class="button" disabled={current === '' || next.length < limits.passwordMin}>
          Change password
        </button>
      </div>
    </form>
  )
}
