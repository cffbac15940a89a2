/** Fetches the dialogs behind the first drawing, so that they are there when somebody wants one, also offline. */
import type { ComponentType } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

type Needs = { user: User }

export function LaterDialogs(needs: Needs) {
  const { engine, dialog } = useParts()
  const isOnline = useCell(engine.link).state === 'online'
  const isWanted = useCell(dialog) !== null
  const [loaded, setLoaded] = useState<{ OpenDialog: ComponentType<Needs> } | null>(null)
  const before = useRef<Element | null>(null)

  // what could not be fetched is tried again when it is wanted, or the network is back
  useEffect(() => {
    if (loaded === null) import('./dialogs.tsx').then(setLoaded, () => {})
  }, [loaded, isOnline, isWanted])

  // one that led to another is gone by the time that one closes: the focus goes back to where it was before both
  useLayoutEffect(() => {
    if (isWanted) before.current = document.activeElement
    return () => {
      const opener = before.current
      if (document.activeElement === document.body && opener instanceof HTMLElement)
        opener.focus({ preventScroll: true })
    }
  }, [isWanted])

  return loaded && <loaded.OpenDialog {...needs} />
}
