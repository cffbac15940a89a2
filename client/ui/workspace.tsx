/** What a signed-in person sees: rooms, the open one, and whatever dialog lies over them. One pane at a time on a phone. */

import { useEffect, useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { useKeys } from './keys.ts'
import { LaterDialogs } from './later-dialogs.tsx'
import { useParts } from './parts.ts'
import { RoomScreen } from './room.tsx'
import { Rooms } from './rooms.tsx'
import { useCell } from './use-cell.ts'
import { useMedia } from './use-media.ts'
import { useTitle } from './use-title.ts'
import { Welcome } from './welcome.tsx'

export function Workspace({ user }: { user: User }) {
  const { engine, router, spoken } = useParts()
  const { roomId } = useCell(router.route)
  const narrow = useMedia('(max-width: 760px)')
  /** Whether there is a room to go back to is not known in the first moment: until then nobody is welcomed. */
  const [isLost, setLost] = useState(false)
  useTitle(user, roomId)
  useKeys(user)

  useEffect(() => {
    if (roomId !== null || narrow) return undefined
    let wanted = true
    void engine.lastRoom().then((last) => {
      if (!wanted) return
      if (last !== null && router.route.get().roomId === null) router.go(last)
      else setLost(true)
    })
    return () => {
      wanted = false
    }
  }, [engine, router, roomId, narrow])

  return (
    <div class="workspace" data-open={roomId !== null}>
      <Rooms user={user} openId={roomId} isMain={roomId === null && narrow} />
      {roomId === null && (isLost || narrow ? <Welcome /> : <main class="room" />)}
      {roomId !== null && <RoomScreen key={roomId} roomId={roomId} user={user} />}
      <LaterDialogs user={user} />
      <p class="unseen" role="status">
        {useCell(spoken)}
      </p>
    </div>
  )
}
