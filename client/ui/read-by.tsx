/** Who has read so far, under the last own message that somebody has; small rooms tell. */
import type { User } from '#protocol/wire.ts'
import { Avatar } from './avatar.tsx'
import { nameOf } from './words.ts'

const facesShown = 5
const list = new Intl.ListFormat(undefined, { type: 'conjunction' })

export function ReadBy({ ids, users }: { ids: readonly string[]; users: ReadonlyMap<string, User> }) {
  const names = list.format(ids.map((id) => nameOf(users, id)))
  return (
    <p class="read-by" title={`Read by ${names}`}>
      <span class="unseen">Read by {names}</span>
      <span class="read-faces" aria-hidden="true">
        {ids.slice(0, facesShown).map((id) => (
          <Avatar key={id} user={users.get(id)} id={id} size="s" />
        ))}
        {ids.length > facesShown && <span class="read-more">+{ids.length - facesShown}</span>}
      </span>
    </p>
  )
}
