/** Says calmly that the connection is away, once it is for two seconds; leaves by itself. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { renewPage } from '../shell/keep-shell.ts'
import { useParts } from './parts.ts'
import { useCell, usePassed, useSecondsUntil } from './use-cell.ts'
import { count } from './words.ts'

const blipMs = 2_000

export function LinkChip() {
  const { engine, spoken, dialog } = useParts()
  const waiting = useCell(engine.waiting).length
  const link = useCell(engine.link)
  const away = link.state === 'connecting' || link.state === 'waiting'
  const long = usePassed(link.since, blipMs)
  const seconds = useSecondsUntil(link.state === 'waiting' ? link.nextTryAt : undefined)
  const shown = away && long

  useEffect(() => {
    if (!shown) return undefined
    spoken.set('The connection is away. What you write is kept and sent later.')
    return () => spoken.set('Connected again.')
  }, [shown, spoken])

  if (link.state === 'outdated') {
    return (
      <Chip words="There is a newer Parley">
        <button type="button" class="link-button" onClick={() => void renewPage(window)}>
          Reload
        </button>
      </Chip>
    )
  }
  if (!shown) return null
  return (
    <Chip words={seconds > 0 ? `Reconnecting, next try in ${seconds} s` : 'Reconnecting…'} busy={true}>
      {seconds > 0 && (
        <button type="button" class="link-button" onClick={() => engine.reconnect()}>
          Try now
        </button>
      )}
      {waiting > 0 && (
        <button type="button" class="link-button" onClick={() => dialog.set('outbox')}>
          {count(waiting, 'message waits', 'messages wait')}
        </button>
      )}
    </Chip>
  )
}

function Chip({ words, busy = false, children }: { words: string; busy?: boolean; children: ComponentChildren }) {
  return (
    <div class="link-chip-place">
      <div class="link-chip">
        <span class="link-dot" data-busy={busy} aria-hidden="true" />
        <span class="link-words">{words}</span>
        {children}
      </div>
    </div>
  )
}
