/** The way of `room:changes` between nodes: on the adapter's own channel of the room, but past it, so that each node can gather them. */
import { randomUUID } from 'node:crypto'
import type { Changes } from '#protocol/wire.ts'
import type { Spoken } from './gather.ts'
import { roomName } from './live.ts'

type Needs = {
  publish: (channel: string, message: string) => Promise<unknown>
  /** Somebody's commit, this node's own included. */
  onSpoken: (spoken: Spoken, path: 'local' | 'remote') => void
}

/** As the adapter does, it subscribes to a channel as soon as somebody here hears the room. */
const channelOf = (roomId: string) => `parley#/#${roomName(roomId)}#`

const opening = '{"from":"'

export function openSpans({ publish, onSpoken }: Needs) {
  const own = randomUUID()
  const ours = `${opening}${own}`

  return {
    /** To every node; none of its verbs waits for Redis. [A2] */
    say(changes: Changes): void {
      const message = `${ours}","changes":${JSON.stringify(changes)}}`
      void publish(channelOf(changes.roomId), message)
      onSpoken({ changes, size: message.length }, 'local')
    },
    /** Takes a message from a channel if it is one of these; false leaves it to the adapter. */
    hear(message: Buffer): boolean {
      if (message.toString('latin1', 0, opening.length) !== opening) return false
      if (message.toString('latin1', 0, ours.length) === ours) return true
      // nodes of one cluster believe each other: what comes in this form was put there by `say`
      const { changes } = JSON.parse(message.toString()) as { changes: Changes }
      onSpoken({ changes, size: message.length }, 'remote')
      return true
    },
  }
}
