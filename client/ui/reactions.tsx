/** The reactions under a message; a press adds or takes back one's own. */
import type { Message, User } from '#protocol/wire.ts'
import type { RoomActions, Viewer } from './room-actions.ts'
import { hasReacted } from './room-actions.ts'
import { nameOf } from './words.ts'

type Needs = { message: Message; users: ReadonlyMap<string, User>; viewer: Viewer; act: RoomActions }

const namesShown = 12
const list = new Intl.ListFormat(undefined, { type: 'conjunction' })

export function Reactions({ message, users, viewer, act }: Needs) {
  const kinds = Object.entries(message.reactions ?? {}).filter(([, ids]) => ids.length > 0)
  if (kinds.length === 0) return null
  return (
    <ul class="reactions" aria-label="Reactions">
      {kinds.map(([emoji, ids]) => {
        const names = list.format(
          ids.slice(0, namesShown).map((id) => (id === viewer.user.id ? 'you' : nameOf(users, id))),
        )
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={hasReacted(message, emoji, viewer.user.id)}
              title={names}
              disabled={!viewer.mayWrite}
              onClick={() => act.react(message, emoji)}
            >
              <span>{emoji}</span>
              <span class="reaction-count">{ids.length}</span>
              <span class="unseen">from {names}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
