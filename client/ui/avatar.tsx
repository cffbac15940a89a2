/** A person as a tinted tile with initials; the tint follows the id, so it stays when the name changes. */
import type { User } from '#protocol/wire.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function Avatar({
  user,
  id,
  size = 'm',
}: {
  user: User | undefined
  id: string
  size?: 's' | 'm' | 'l' | 'xl'
}) {
  return (
    <span class={`avatar avatar-${size}`} data-tint={tintOf(id)} aria-hidden="true">
      {user ? initialsOf(user.displayName) : ''}
    </span>
  )
}

/** One of twelve tints. */
function tintOf(id: string): number {
  let sum = 0
  for (let at = 0; at < id.length; at += 1) sum = (sum * 31 + id.charCodeAt(at)) >>> 0
  return sum % 12
}

/** The first letters of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u)
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return picked.map((word) => [...segmenter.segment(word ?? '')][0]?.segment.toUpperCase() ?? '').join('')
}
