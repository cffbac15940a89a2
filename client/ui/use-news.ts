/** Says aloud what came into the open room: one sentence for one message, and one for many after a resume. */
import { useEffect, useRef } from 'preact/hooks'
import type { RoomHandle, Row } from '../engine/face.ts'
import { useParts } from './parts.ts'
import type { Viewer } from './room-actions.ts'
import { count, nameOf } from './words.ts'

type Needs = { handle: RoomHandle; viewer: Viewer; title: string }

const spokenLength = 200

export function useNews({ handle, viewer, title }: Needs): void {
  const { engine, spoken } = useParts()
  const known = useRef<number | null>(null)

  useEffect(() => {
    const listen = () => {
      const { rows, loading, atEnd } = handle.timeline.get()
      if (loading === 'first' || !atEnd) return
      const last = newestSeq(rows)
      const since = known.current
      known.current = Math.max(last, since ?? 0)
      if (since === null || last <= since) return
      const fresh = rows.filter(
        (row) =>
          row.kind === 'message' &&
          row.message.seq > since &&
          row.message.authorId !== viewer.user.id &&
          !engine.blocked.get().has(row.message.authorId),
      )
      const [one] = fresh
      if (fresh.length > 1) spoken.set(`${count(fresh.length, 'new message')} in ${title}`)
      else if (one?.kind === 'message' && one.message.body !== null) {
        spoken.set(`${nameOf(engine.users.get(), one.message.authorId)}: ${one.message.body.slice(0, spokenLength)}`)
      }
    }
    listen()
    return handle.timeline.subscribe(listen)
  }, [handle, viewer, title, engine, spoken])
}

function newestSeq(rows: readonly Row[]): number {
  const row = rows.findLast((one) => one.kind === 'message')
  return row?.kind === 'message' ? row.message.seq : 0
}
