/** The emoji picker, fetched when it is first opened; its place is there at once. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

type Needs = { onPick: (emoji: string) => void }

export function LaterEmojiPicker(needs: Needs) {
  const [loaded, setLoaded] = useState<{ EmojiPicker: ComponentType<Needs> } | 'failed' | null>(null)
  useEffect(() => {
    import('./emoji-picker.tsx').then(setLoaded, () => setLoaded('failed'))
  }, [])
  if (loaded === 'failed') return <p class="emoji-picker emoji-missing">The emoji cannot be loaded right now.</p>
  return loaded === null ? <div class="emoji-picker" aria-busy="true" /> : <loaded.EmojiPicker {...needs} />
}
