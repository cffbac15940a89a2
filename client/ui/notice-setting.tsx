/** Turns notifications on and off for this device. */
import { useId } from 'preact/hooks'
import type { NoticeState } from './notices.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

const words: Record<NoticeState, string> = {
  on: 'Direct messages and mentions, while you look elsewhere. Muted rooms keep quiet.',
  off: 'For direct messages and mentions, while you look elsewhere.',
  blocked: 'This browser was told to block them. Its settings for this page change that.',
  missing: 'This browser shows none.',
}

export function NoticeSetting() {
  const { notices } = useParts()
  const state = useCell(notices.state)
  const hintId = useId()
  return (
    <label class="setting-row">
      <span class="setting-words">
        <span>Notify me on this device</span>
        <span class="hint" id={hintId}>
          {words[state]}
        </span>
      </span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        aria-describedby={hintId}
        checked={state === 'on'}
        aria-checked={state === 'on'}
        disabled={state === 'blocked' || state === 'missing'}
        onChange={(event) => void notices.set(event.currentTarget.checked)}
      />
    </label>
  )
}
