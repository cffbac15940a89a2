/** Somebody at a glance: who they are, how they are doing, and the way to talk to them. */
import { useState } from 'preact/hooks'
import type { User } from '#protocol/wire.ts'
import { openCell } from '../engine/cell.ts'
import type { Online } from '../engine/face.ts'
import { Avatar } from './avatar.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { Icon } from './icon.tsx'
import { useParts } from './parts.ts'
import { useCell } from './use-cell.ts'
import { faultOf } from './words.ts'

type Needs = { userId: string; user: User; onClose: () => void }

const nobody = openCell<Online>({ ids: new Set() })

export function ProfileCard({ userId, user, onClose }: Needs) {
  const { engine, router, dialog, shown, spoken } = useParts()
  const users = useCell(engine.users)
  const blocked = useCell(engine.blocked)
  const online = useCell(useCell(shown)?.online ?? nobody)
  const [fault, setFault] = useState<string | null>(null)
  const person = users.get(userId)
  const isOwn = userId === user.id
  const isBlocked = blocked.has(userId)
  const isHere = 'ids' in online && online.ids.has(userId)
  const name = person?.displayName ?? '…'

  async function talk(): Promise<void> {
    const answer = await engine.createRoom({ kind: 'direct', memberIds: isOwn ? [] : [userId] })
    setFault(faultOf(answer))
    if (!answer.ok) return
    onClose()
    router.go(answer.value.id)
  }

  async function block(on: boolean): Promise<void> {
    const no = faultOf(await engine.block(userId, on))
    setFault(no)
    if (no === null) spoken.set(on ? `${name} is blocked` : `${name} is not blocked any more`)
  }

  return (
    <Dialog title={name} onClose={onClose} look="card">
      <div class="card">
        <Avatar user={person} id={userId} size="xl" />
        <p class="card-name" dir="auto">
          {name}
        </p>
        <p class="card-username">
          @{person?.username}
          {isHere && (
            <span class="card-here">
              <i aria-hidden="true" />
              here now
            </span>
          )}
        </p>
        {person?.status && (
          <p class="card-status" dir="auto">
            {person.status}
          </p>
        )}
        {isBlocked && (
          <p class="hint">You have blocked {name}. What they write is folded away, and they cannot write to you.</p>
        )}
      </div>
      <Fault text={fault} />
      <div class="card-ways">
        {isOwn ? (
          <button type="button" class="button" data-kind="main" onClick={() => dialog.set('settings')}>
            <Icon name="pencil" size={16} />
            Edit your profile
          </button>
        ) : (
          <>
            <button type="button" class="button" data-kind="main" disabled={isBlocked} onClick={() => void talk()}>
              <Icon name="talk" size={16} />
              Send a message
            </button>
            <button type="button" class="button" onClick={() => void block(!isBlocked)}>
              <Icon name="block" size={16} />
              {isBlocked ? 'Unblock' : 'Block'}
            </button>
          </>
        )}
      </div>
    </Dialog>
  )
}
