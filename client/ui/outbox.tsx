/** What waits to be sent, over all rooms, in the order it was written. */
import type { User } from '#protocol/wire.ts'
import type { Waiting } from '../engine/face.ts'
import { timeOf } from './dates.ts'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { count, refusalWord, titleOf } from './words.ts'

export function Outbox({ user, onClose }: { user: User; onClose: () => void }) {
  const { engine, router } = useParts()
  const waiting = useCell(engine.waiting)
  const rooms = useCell(engine.rooms)
  const users = useCell(engine.users)
  const isOnline = useCell(engine.link).state === 'online'

  const titleFor = (roomId: string) => {
    const summary = rooms.find(({ room }) => room.id === roomId)
    return summary === undefined ? 'A room you are not in' : titleOf(summary, users, user.id)
  }

  function go(roomId: string): void {
    onClose()
    router.go(roomId)
  }

  return (
    <Dialog title="Waiting to be sent" onClose={onClose}>
      {waiting.length === 0 ? (
        <p class="pick-nothing">Nothing waits. Everything you wrote is with the server.</p>
      ) : (
        <p class="hint">
          {count(waiting.length, 'message')}, kept on this device.{' '}
          {isOnline ? 'They are going out now.' : 'They go out by themselves, in this order, once Parley is reached.'}
        </p>
      )}
      <ul class="picks" aria-label="Messages that wait">
        {waiting.map(({ roomId, draft }) => (
          <li key={draft.id}>
            <button type="button" class="pick" onClick={() => go(roomId)}>
              <span class="pick-glyph" data-alert={draft.state === 'failed'}>
                <Icon name={draft.state === 'failed' ? 'warning' : 'outbox'} />
              </span>
              <span class="pick-words">
                <span dir="auto">{draft.body}</span>
                <span dir="auto">
                  {titleFor(roomId)} · {wordOf(draft)}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function wordOf({ state, refusal, createdAt }: Waiting['draft']): string {
  if (state !== 'failed') return `written at ${timeOf(createdAt)}`
  return refusal === undefined ? 'not sent' : `not sent: ${refusalWord(refusal)}`
}
