/** Fetches the dialogs behind the first drawing, so that they are there when somebody wants one, also offline. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { useLater } from './use-later.ts'

const load = () => import('./dialogs.tsx').then(({ OpenDialog }) => OpenDialog)

export function LaterDialogs({ user }: { user: User }) {
  const isWanted = useCell(useParts().dialog) !== null
  const OpenDialog = useLater(load, isWanted)
  const before = useRef<Element | null>(null)

  // one that led to another is gone by the time that one closes: the focus goes back to where it was before both
  useLayoutEffect(() => {
    if (isWanted) before.current = document.activeElement
    return () => {
      const opener = before.current
      if (document.activeElement === document.body && opener instanceof HTMLElement)
        opener.focus({ preventScroll: true })
    }
  }, [isWanted])

  return OpenDialog && <OpenDialog user={user} />
}
