/** What lies over an open room: the sheet of a message, and the question before one is deleted. */
import type { Message, User } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'
import { ConfirmDelete } from './confirm-delete.tsx'
import { MessageSheet } from './message-sheet.tsx'
import type { RoomActions, Viewer } from './room-actions.ts'
import { rightsOf } from './room-actions.ts'
import { nameOf } from './words.ts'

export type RoomDialogsNeeds = {
  chosen: Message | null
  removing: Message | null
  users: ReadonlyMap<string, User>
  viewer: Viewer
  handle: RoomHandle
  act: RoomActions
  onChosen: () => void
  onRemoved: () => void
}

export function RoomDialogs({ chosen, removing, users, viewer, handle, act, onChosen, onRemoved }: RoomDialogsNeeds) {
  return (
    <>
      {chosen && (
        <MessageSheet
          message={chosen}
          rights={rightsOf(chosen, viewer)}
          act={act}
          author={nameOf(users, chosen.authorId)}
          onClose={onChosen}
        />
      )}
      {removing && <ConfirmDelete message={removing} users={users} handle={handle} onClose={onRemoved} />}
    </>
  )
}
