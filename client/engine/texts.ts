/** What is typed in each composer and not sent: kept on disk, so that it outlives a reload. */
import type { Cancel, Clock } from './clock.ts'
import type { Shelf } from './shelf.ts'

const keepMs = 300

export type Texts = ReturnType<typeof openTexts>

/** `onChange`: a room's composer became empty, or is so no more. */
export function openTexts({
  shelf,
  clock,
  onChange,
}: {
  shelf: Shelf
  clock: Clock
  onChange: (roomId: string) => void
}) {
  let texts = new Map<string, string>()
  const unkept = new Set<string>()
  let cancelKeep: Cancel | null = null

  function keep(): void {
    cancelKeep?.()
    cancelKeep = null
    for (const roomId of unkept) shelf.putText(roomId, texts.get(roomId) ?? '').catch(() => {})
    unkept.clear()
  }

  return {
    async load(): Promise<void> {
      texts = new Map([...(await shelf.texts()), ...texts])
    },
    get: (roomId: string) => texts.get(roomId) ?? '',
    has: (roomId: string) => texts.has(roomId),
    set(roomId: string, text: string): void {
      const had = texts.has(roomId)
      if (text === '') texts.delete(roomId)
      else texts.set(roomId, text)
      unkept.add(roomId)
      cancelKeep ??= clock.after(keepMs, keep)
      if (had !== texts.has(roomId)) onChange(roomId)
    },
    /** Now, not in a moment: the page may be about to go. */
    keep,
    close: keep,
  }
}
