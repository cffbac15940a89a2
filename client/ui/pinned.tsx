/** Says above a message that it is pinned, and by whom. */
import type { User } from '#protocol/wire.ts'
import { Icon } from './icon.tsx'
import type { Viewer } from './room-actions.ts'
import { nameOf } from './words.ts'

type Needs = { by: string; users: ReadonlyMap<string, User>; viewer: Viewer }

export function Pinned({ by, users, viewer }: Needs) {
  return (
    <p class="pinned">
      <Icon name="pin" size={14} />
      Pinned by {by === viewer.user.id ? 'you' : nameOf(users, by)}
    </p>
  )
}
