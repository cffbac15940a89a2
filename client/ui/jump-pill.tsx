/** The way back to the newest message, with how many came meanwhile. */
import { Icon } from './icon.tsx'
import { count } from './words.ts'

type Needs = { shown: boolean; fresh: number; onJump: () => void }

export function JumpPill({ shown, fresh, onJump }: Needs) {
  if (!shown && fresh === 0) return null
  return (
    <button type="button" class="jump" data-fresh={fresh > 0} onClick={onJump}>
      <Icon name="down" size={16} />
      {fresh > 0 ? count(fresh, 'new message') : 'Jump to latest'}
    </button>
  )
}
