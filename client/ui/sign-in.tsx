/** The door: sign in, or sign up, with what was typed kept when one changes one's mind. */

import { useId, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import type { Account } from '../engine/face.ts'
import { Fault } from './fault.tsx'
import { Logo } from './logo.tsx'
import { useParts } from './parts.ts'
import { endWord, faultOf } from './words.ts'

export function SignIn({ account }: { account: Account & { state: 'signed-out' } }) {
  const { engine } = useParts()
  const [isNew, setNew] = useState(false)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(endWord(account.reason))
  const hintId = useId()

  async function enter(event: Event): Promise<void> {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const name = username.trim().toLowerCase()
    const answer = isNew
      ? await engine.signUp({
          username: name,
          password,
          ...(displayName.trim() && { displayName: displayName.trim() }),
        })
      : await engine.signIn({ username: name, password })
    setBusy(false)
    if (!answer.ok && answer.code === 'signed-out') setFault('That name and password do not belong together.')
    else setFault(faultOf(answer))
  }

  return (
    <main class="door">
      <form class="door-card form" onSubmit={(event) => void enter(event)}>
        <header class="door-head">
          <Logo size={44} />
          <h1>{isNew ? 'Join Parley' : 'Sign in to Parley'}</h1>
          <p>{isNew ? 'Choose what people will know you by.' : 'Good to see you.'}</p>
        </header>
        <label class="field">
          <span>Username</span>
          <input
            class="input"
            name="username"
            required
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={limits.usernameMax}
            pattern={isNew ? '[a-zA-Z0-9_.\\-]{2,32}' : undefined}
            title={isNew ? 'Letters, digits, dot, dash and underscore; at least 2' : undefined}
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </label>
        {isNew && (
          <label class="field">
            <span>Name, as others see it</span>
            <input
              class="input"
              name="displayName"
              autocomplete="name"
              maxLength={limits.displayNameLength}
              placeholder={username || undefined}
              value={displayName}
              onInput={(event) => setDisplayName(event.currentTarget.value)}
            />
          </label>
        )}
        <label class="field">
          <span>Password</span>
          <input
            class="input"
            name="password"
            type="password"
            required
            autocomplete={isNew ? 'new-password' : 'current-password'}
            minLength={isNew ? limits.passwordMin : undefined}
            maxLength={limits.passwordMax}
            aria-describedby={isNew ? hintId : undefined}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
          {isNew && (
            <span class="hint" id={hintId}>
              At least {limits.passwordMin} characters.
            </span>
          )}
        </label>
        <Fault text={fault} />
        <button type="submit" class="button" data-kind="main" aria-busy={busy}>
          {isNew ? 'Create account' : 'Sign in'}
        </button>
        <p class="door-other">
          {isNew ? 'Have an account?' : 'New here?'}{' '}
          <button
            type="button"
            class="link-button"
            onClick={() => {
              setNew(!isNew)
              setFault(null)
            }}
          >
            {isNew ? 'Sign in' : 'Create an account'}
          </button>
        </p>
      </form>
    </main>
  )
}
