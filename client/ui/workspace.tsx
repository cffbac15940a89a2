/** What a signed-in person sees: rooms, the open one, and whatever dialog lies over them. One pane at a time on a phone. */

import { useEffect } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
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
  useTitle(user, roomId)

  useEffect(() => {
    if (roomId !== null || narrow) return undefined
    let wanted = true
    void engine.lastRoom().then((last) => {
      if (wanted && last !== null && router.route.get().roomId === null) router.go(last)
    })
    return () => {
      wanted = false
    }
  }, [engine, router, roomId, narrow])

  useEffect(() => {
    document.addEventListener('keydown', walkRegions)
    return () => document.removeEventListener('keydown', walkRegions)
  }, [])

  return (
    <div class="workspace" data-open={roomId !== null}>
      <Rooms user={user} openId={roomId} isMain={roomId === null && narrow} />
      {roomId === null ? <Welcome /> : <RoomScreen key={roomId} roomId={roomId} user={user} />}
      <LaterDialogs user={user} roomId={roomId} />
      <p class="unseen" role="status">
        {useCell(spoken)}
      </p>
    </div>
  )
}

/** F6 and Shift+F6 go from region to region, around. */
function walkRegions(event: KeyboardEvent): void {
  if (event.key !== 'F6' || document.querySelector('dialog[open]')) return
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) =>
    region.checkVisibility(),
  )
  if (regions.length === 0) return
  event.preventDefault()
  const at = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions.at((at + (event.shiftKey ? -1 : 1)) % regions.length)
  const target = next?.matches('[data-region-focus]')
    ? next
    : next?.querySelector<HTMLElement>('[data-region-focus], textarea, [tabindex="0"], button, a')
  target?.focus()
}
