/** A part of the interface that is fetched behind the first drawing, so that it is there when it is wanted, also offline. */
import { useEffect, useState } from 'preact/hooks'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'

/** `null` until it is there. What could not be fetched is tried again when it is wanted, or the network is back. */
export function useLater<Part>(load: () => Promise<Part>, isWanted: boolean): Part | null {
  const { engine } = useParts()
  const isOnline = useCell(engine.link).state === 'online'
  const [part, setPart] = useState<Part | null>(null)
  useEffect(() => {
    if (part === null)
      load().then(
        (loaded) => setPart(() => loaded),
        () => {},
      )
  }, [load, part, isOnline, isWanted])
  return part
}
