/** The button in a room's head behind which its pins are. */
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import type { PinsNeeds } from './pins.tsx'
import { Popover } from './popover.tsx'
import { useLater } from './use-later.ts'

const loadPins = () => import('./pins.tsx')

export function PinsButton(needs: Omit<PinsNeeds, 'onClose'>) {
  const [by, setBy] = useState<Element | null>(null)
  const later = useLater(loadPins, by !== null)
  const close = () => setBy(null)
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label="Pinned messages"
        title="Pinned messages"
        aria-haspopup="dialog"
        aria-expanded={by !== null}
        onClick={(event) => setBy(event.currentTarget)}
      >
        <Icon name="pin" size={18} />
      </button>
      {by && (
        <Popover anchor={by} label="Pinned messages" onClose={close}>
          {later === null ? <p class="hint">One moment …</p> : <later.Pins {...needs} onClose={close} />}
        </Popover>
      )}
    </>
  )
}
