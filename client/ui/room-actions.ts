/** What can be done with the messages of the open room; one object, so that rows need not be drawn anew for it. */
import type { Message, User } from '#protocol/wire.ts'
import type { RoomHandle } from '../engine/face.ts'

export type RoomActions = {
  react(message: Message, emoji: string): void
  reply(message: Message): void
  edit(message: Message): void
  /** Unsaved texts by seq or the draft's id, and the text they began from, for a row that is scrolled away is not on the page. */
  edits: Map<number | string, { text: string; from: string | null }>
  cancelEdit(): void
  /** Asks first. */
  remove(message: Message): void
  copy(text: string): void
  copyLink(message: Message): void
  pin(message: Message, on: boolean): void
  /** A message of this room that need not be loaded; `null` if it cannot be had. */
  find(seq: number): Promise<Message | null>
  /** It becomes the first unread message. */
  markUnread(message: Message): void
  /** Brings the message into view, loading what is around it if need be. */
  show(seq: number): void
  /** The long-press sheet. */
  choose(message: Message): void
}

/** Whose eyes we see with, and what these may do here. */
export type Viewer = { user: User; mayWrite: boolean; mayDeleteAll: boolean }

export type Rights = { edit: boolean; remove: boolean; write: boolean }

export function rightsOf(message: Message, viewer: Viewer): Rights {
  const own = message.authorId === viewer.user.id
  const exists = message.body !== null
  return {
    edit: exists && own && viewer.mayWrite,
    remove: exists && (own || viewer.mayDeleteAll),
    write: exists && viewer.mayWrite,
  }
}

/** Whether this emoji of ours is on, so that reacting again takes it off. */
export function hasReacted(message: Message, emoji: string, userId: string): boolean {
  return message.reactions?.[emoji]?.includes(userId) ?? false
}

export function toggleReaction(handle: RoomHandle, message: Message, emoji: string, userId: string) {
  return handle.react(message.seq, emoji, !hasReacted(message, emoji, userId))
}

/** What the toolbar offers at once, and what the sheet does. */
export const quickEmoji = ['👍', '❤️', '😂'] as const
export const moreEmoji = ['👍', '❤️', '😂', '🎉', '🙏', '👀', '✅', '🔥', '🚀', '👏', '💯'] as const
