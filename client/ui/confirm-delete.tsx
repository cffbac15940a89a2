/** Asks before a message is deleted, showing which. */

import { useState } from 'preact/hooks'
import type { Message, User } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { BodyLine } from './body-line.tsx'
import { Dialog } from './dialog.tsx'
import { Fault } from './fault.tsx'
import { faultOf, nameOf } from './words.ts'

type Needs = { message: Message; users: ReadonlyMap<string, User>; handle: RoomHandle; onClose: () => void }

export function ConfirmDelete({ message, users, handle, onClose }: Needs) {
  const [fault, setFault] = useState<string | null>(null)

  async function remove(): Promise<void> {
    const no = faultOf(await handle.remove(message.seq))
    if (no === null) onClose()
    else setFault(no)
  }

  return (
    <Dialog title="Delete this message?" onClose={onClose}>
      <blockquote class="condemned" dir="auto">
        <b>{nameOf(users, message.authorId)}</b>
        <span>
          <BodyLine body={message.body ?? ''} />
        </span>
      </blockquote>
      <p class="hint">Everybody in the room will see that something was deleted, not what.</p>
      <Fault text={fault} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" class="button" data-kind="alert" onClick={() => void remove()}>
          Delete
        </button>
      </div>
    </Dialog>
  )
}
