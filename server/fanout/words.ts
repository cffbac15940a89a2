/** What nodes say to each other over pub/sub: hints that hurry things along; whatever they hurry also happens without them. */
import type { EndReason } from '#protocol/wire.ts'

export type NodeWords = {
  /** The user is now in the room: its sockets are to hear it. */
  'room:joined': { roomId: string; userId: string }
  /** The user is no longer in the room: its sockets are to hear nothing more of it. [M2] */
  'room:left': { roomId: string; userId: string }
  /** These devices of the user are signed out: their sockets are to close. [S2] */
  'session:ended': { userId: string; handles: string[]; reason: EndReason }
  /** Who came to and left a node since `version` was one less. */
  presence: { node: string; version: number; joined: string[]; left: string[] }
}
export type NodeWord = keyof NodeWords
