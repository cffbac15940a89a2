/** What can be done with a room from the list, without going there. */
import { useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import type { Question } from './confirm.tsx'
import { Confirm } from './confirm.tsx'
import { Menu, MenuItem } from './menu.tsx'
import type { Spot } from './parts.ts'
import { useParts } from './parts.ts'
import { leaving } from './room-questions.ts'
import { useCell } from './use-cell.ts'
import { faultOf, titleOf } from './words.ts'

type Needs = { roomId: string; at: Spot; user: User; onClose: () => void }

export function RoomMenu({ roomId, at, user, onClose }: Needs) {
  const { engine, router, dialog, spoken } = useParts()
  const users = useCell(engine.users)
  const summary = useCell(engine.rooms).find(({ room }) => room.id === roomId)
  const [question, setQuestion] = useState<Question | null>(null)
  if (question !== null) return <Confirm question={question} onClose={onClose} />
  if (summary === undefined) return null
  const { room, favourite, muted, unread, head } = summary
  const title = titleOf(summary, users, user.id)
  const isShared = room.kind !== 'direct'

  /** Closes, does it, and says how it went. */
  const then = (run: () => void) => () => {
    onClose()
    run()
  }
  const prefer = (preferences: { favourite?: boolean; muted?: boolean }, said: string) =>
    then(() => void engine.setPreferences(roomId, preferences).then((answer) => spoken.set(faultOf(answer) ?? said)))

  function leave(): void {
    const gone = () => {
      if (router.route.get().roomId === roomId) router.go(null)
    }
    setQuestion({ ...leaving(room, title, user.id), run: () => engine.leaveRoom(roomId), onDone: gone })
  }

  return (
    // in a region of its own: it hangs at the end of the page
    <section aria-label={title}>
      <Menu at={at} label={title} onClose={onClose}>
        {unread > 0 ? (
          <MenuItem icon="check" label="Mark as read" onClick={then(() => engine.markRead(roomId))} />
        ) : (
          head > 0 && <MenuItem icon="unread" label="Mark as unread" onClick={then(() => engine.markUnread(roomId))} />
        )}
        <MenuItem
          icon={favourite ? 'star-full' : 'star'}
          label={favourite ? 'Remove from favourites' : 'Add to favourites'}
          onClick={prefer({ favourite: !favourite }, favourite ? 'No favourite any more' : 'A favourite now')}
        />
        <MenuItem
          icon={muted ? 'bell' : 'bell-off'}
          label={muted ? 'Unmute' : 'Mute'}
          onClick={prefer({ muted: !muted }, muted ? 'Not muted any more' : 'Muted')}
        />
        <MenuItem
          icon="info"
          label={isShared ? 'Room details' : 'Who is in it'}
          onClick={() => dialog.set({ kind: 'details', roomId })}
        />
        {isShared && !room.archived && (
          <MenuItem icon="plus" label="Add people" onClick={() => dialog.set({ kind: 'add', roomId })} />
        )}
        {isShared && <MenuItem icon="leave" label="Leave" isAlert={true} onClick={leave} />}
      </Menu>
    </section>
  )
}
