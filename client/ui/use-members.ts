/** Who is in a room: live of the one on screen, else as the server tells it once. */
import { useEffect, useState } from 'preact/hooks'
import type { Member } from '#protocol/wire.ts'
import { openCell } from '../engine/cell.ts'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { faultOf } from './words.ts'

const none = openCell<readonly Member[]>([])

export function useMembers(roomId: string): { members: readonly Member[]; fault: string | null } {
  const { engine, shown } = useParts()
  const handle = useCell(shown)
  const isShown = handle?.roomId === roomId
  const live = useCell(isShown ? handle.members : none)
  const [asked, setAsked] = useState<readonly Member[]>([])
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    if (isShown) return undefined
    let wanted = true
    void engine.roomWithMembers(roomId).then((answer) => {
      if (!wanted) return
      setFault(faultOf(answer))
      if (!answer.ok) return
      setAsked(answer.value.members)
      engine.needUsers(answer.value.members.map(({ userId }) => userId))
    })
    return () => {
      wanted = false
    }
  }, [engine, roomId, isShown])

  return isShown ? { members: live, fault: null } : { members: asked, fault }
}
