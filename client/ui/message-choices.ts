/** What can be done with a message, in the order it is offered; the toolbar's menu and the sheet for fingers draw the same. */
import type { Message } from '#protocol/wire.ts'
import type { IconName } from './icon.tsx'
import type { Rights, RoomActions } from './room-actions.ts'

export type MessageChoice = { icon: IconName; label: string; isAlert?: boolean; run: () => void }

type Needs = { message: Message; rights: Rights; act: RoomActions }

export function choicesOf({ message, rights, act }: Needs): MessageChoice[] {
  const isPinned = message.pinnedAt !== undefined
  return [
    ...when(rights.write, { icon: 'pin', label: isPinned ? 'Unpin' : 'Pin', run: () => act.pin(message, !isPinned) }),
    { icon: 'copy', label: 'Copy text', run: () => act.copy(message.body ?? '') },
    { icon: 'link', label: 'Copy link', run: () => act.copyLink(message) },
    { icon: 'unread', label: 'Mark unread from here', run: () => act.markUnread(message) },
    ...when(rights.remove, { icon: 'trash', label: 'Delete', isAlert: true, run: () => act.remove(message) }),
  ]
}

/** What stands in the toolbar itself, where there is one. */
export function firstChoicesOf({ message, rights, act }: Needs): MessageChoice[] {
  return [
    ...when(rights.write, { icon: 'reply', label: 'Reply', run: () => act.reply(message) }),
    ...when(rights.edit, { icon: 'pencil', label: 'Edit', run: () => act.edit(message) }),
  ]
}

const when = (isOffered: boolean, choice: MessageChoice) => (isOffered ? [choice] : [])
