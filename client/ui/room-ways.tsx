/** What can be done with a room as a whole: for oneself at once, for everybody after a question. */
import { useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import type { RoomSummary } from '../engine/face.ts'
import type { Question } from './confirm.tsx'
import { Fault } from './fault.tsx'
import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { archiving, leaving } from './room-questions.ts'
import { faultOf } from './words.ts'

type Needs = {
  summary: RoomSummary
  user: User
  isOwner: boolean
  title: string
  ask: (question: Question) => void
  onClose: () => void
}

export function RoomWays({ summary, user, isOwner, title, ask, onClose }: Needs) {
  const { engine, dialog, router } = useParts()
  const [fault, setFault] = useState<string | null>(null)
  const { room, favourite, muted } = summary
  const prefer = async (preferences: { favourite?: boolean; muted?: boolean }) =>
    setFault(faultOf(await engine.setPreferences(room.id, preferences)))

  function leave(): void {
    const gone = () => {
      onClose()
      if (router.route.get().roomId === room.id) router.go(null)
    }
    ask({ ...leaving(room, title, user.id), run: () => engine.leaveRoom(room.id), onDone: gone })
  }

  return (
    <>
      <div class="ways">
        <Way
          icon={favourite ? 'star-full' : 'star'}
          label="Favourite"
          pressed={favourite}
          onClick={() => void prefer({ favourite: !favourite })}
        />
        <Way
          icon={muted ? 'bell-off' : 'bell'}
          label={muted ? 'Muted' : 'Mute'}
          pressed={muted}
          onClick={() => void prefer({ muted: !muted })}
        />
        {room.kind !== 'direct' && (
          <>
            {!room.archived && (
              <Way icon="plus" label="Add people" onClick={() => dialog.set({ kind: 'add', roomId: room.id })} />
            )}
            {isOwner && (
              <Way
                icon="archive"
                label={room.archived ? 'Unarchive' : 'Archive'}
                onClick={() =>
                  ask({
                    ...archiving(room, title),
                    run: () => engine.changeRoom(room.id, { archived: !room.archived }),
                  })
                }
              />
            )}
            <Way icon="leave" label="Leave" onClick={leave} />
          </>
        )}
      </div>
      <Fault text={fault} />
    </>
  )
}

type WayNeeds = { icon: IconName; label: string; pressed?: boolean; onClick: () => void }

function Way({ icon, label, pressed, onClick }: WayNeeds) {
  return (
    <button type="button" class="way" aria-pressed={pressed} onClick={onClick}>
      <Icon name={icon} />
      {label}
    </button>
  )
}
