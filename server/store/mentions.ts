/** Who a message names: `@username`, as people write it in running text. */
import { limits } from '#protocol/limits.ts'

/** Names beyond this many are only text. */
const mostNames = 50
const atName = new RegExp(`(?<![\\w.@-])@([a-z0-9_.-]{1,${limits.usernameMax + 1}})`, 'gi')
const trailing = /[.-]+$/

/**
 * The usernames that may be meant, in lower case, each once. A name at the end of a sentence is there with and without its
 * full stop, for a username may end in one.
 */
export function namesIn(body: string): string[] {
  const names = new Set<string>()
  for (const [, written = ''] of body.matchAll(atName)) {
    const name = written.toLowerCase()
    for (const meant of [name, name.replace(trailing, '')]) {
      if (meant.length >= limits.usernameMin && meant.length <= limits.usernameMax) names.add(meant)
    }
    if (names.size >= mostNames) break
  }
  return [...names].slice(0, mostNames)
}
