/** The window's title and icon tell what waits: "(3) room · Parley", a dot on the favicon, a number on the app. */

import { useEffect } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { useParts } from './parts.ts'
import { waitingIn } from './sections.ts'
import { useCell } from './use-cell.ts'
import { titleOf } from './words.ts'

export function useTitle(user: User, roomId: string | null): void {
  const { engine } = useParts()
  const rooms = useCell(engine.rooms)
  const users = useCell(engine.users)
  const unread = rooms.reduce((sum, room) => sum + waitingIn(room), 0)
  const open = rooms.find((one) => one.room.id === roomId)
  const name = open ? `${titleOf(open, users, user.id)} · Parley` : 'Parley'
  const title = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${name}` : name

  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = unread > 0 ? '/icon-unread.svg' : '/icon.svg'
    void (unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => undefined)
  }, [unread])
}
