/** What nodes say to each other over pub/sub: hints that hurry along what also happens without them. */
import type { EndReason, Standing } from '#protocol/wire.ts'
import type { Log } from '../kit/log.ts'
import type { Live } from './live.ts'

export type NodeWords = {
  /** The user is now in the room: its sockets are to hear it, and are told what they hear. */
  'room:joined': { roomId: string; userId: string; standing: Standing }
  /** The user is no longer in the room: its sockets are told so, and are to hear nothing more of it. [M2] */
  'room:left': { roomId: string; userId: string }
  /** These devices of the user are signed out: their sockets are to close. [S2] */
  'session:ended': { userId: string; handles: string[]; reason: EndReason }
  /** Who came to a node and who left it, which takes the roster's version of its users from `base` to `version`. */
  presence: { node: string; base: number; version: number; joined: string[]; left: string[] }
}
export type NodeWord = keyof NodeWords

export type Words = {
  /** Says a word to every node, this one included. */
  toNodes<Word extends NodeWord>(word: Word, payload: NodeWords[Word]): void
  onNodes<Word extends NodeWord>(word: Word, handler: (payload: NodeWords[Word]) => void): void
}

export function openWords({ io, log }: { io: Live; log: Log }): Words {
  const handlers = new Map<string, ((payload: unknown) => void)[]>()

  function hear(word: string, payload: unknown): void {
    for (const handler of handlers.get(word) ?? []) {
      try {
        handler(payload)
      } catch (fault) {
        log.error({ event: 'word-failed', word, fault: String(fault) })
      }
    }
  }

  io.on('word', hear)

  return {
    toNodes(word, payload) {
      io.serverSideEmit('word', word, payload) // without an acknowledgement, which would wait for dead nodes
      hear(word, payload)
    },
    onNodes<Word extends NodeWord>(word: Word, handler: (payload: NodeWords[Word]) => void) {
      const known = handlers.get(word) ?? []
      // nodes of one cluster believe each other: what comes under a word was put there by `toNodes`
      handlers.set(word, [...known, (payload) => handler(payload as NodeWords[Word])])
    },
  }
}
