/** What reaches this node's sockets: counted once per frame, where the frame meets them, whichever node said it. */
import type { Changes, Message } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { roomName } from './live.ts'

/** What is needed of the adapter: the places that every frame passes, one for those of this node, one for the others'. */
export type Passage = {
  uid: string
  rooms: ReadonlyMap<string, { size: number }>
  sids: { size: number }
  broadcast(packet: Packet, options: { rooms: Iterable<string> }): void
  onMessage(message: FromNode): void
}
type Packet = { data?: unknown }
type FromNode = { uid: string; data?: { packet?: Packet; opts?: { rooms: string[] } } }

type Needs = { passage: Passage; clock: Clock; metrics: Pick<Metrics, 'deliveries' | 'deliverySeconds'> }

/** The message that the frame brings into the world, if it does: an edit or a reaction brings back an old one. */
function newIn({ messages, head }: Changes): Message | undefined {
  const last = messages.at(-1)
  const isNew = last?.seq === head && (last?.editedAt ?? last?.deletedAt ?? last?.reactions) === undefined
  return isNew ? last : undefined
}

/** Puts itself in front of both verbs, which the adapter finds on itself whenever it calls them. */
export function watchDeliveries({ passage, clock, metrics }: Needs) {
  const { broadcast, onMessage } = passage
  const heardBy = (room: string) => passage.rooms.get(room)?.size ?? 0

  function count({ data }: Packet, rooms: string[]): void {
    if (!Array.isArray(data)) return
    const named = rooms.reduce((sum, room) => sum + heardBy(room), 0)
    const sockets = rooms.length === 0 ? passage.sids.size : named
    if (sockets > 0) metrics.deliveries.inc({ event: data[0] }, sockets)
  }

  passage.broadcast = (packet, options) => {
    count(packet, [...options.rooms])
    broadcast.call(passage, packet, options)
  }
  passage.onMessage = (message) => {
    const { packet, opts } = message.data ?? {}
    if (packet !== undefined && opts !== undefined && message.uid !== passage.uid) count(packet, opts.rooms)
    onMessage.call(passage, message)
  }

  return {
    /** What somebody of this node hears about in a moment; `remote` came from another one. */
    arrived(changes: Changes, path: 'local' | 'remote'): void {
      const message = newIn(changes)
      if (message === undefined || heardBy(roomName(changes.roomId)) === 0) return
      const delayMs = clock.now() - Date.parse(message.sentAt)
      metrics.deliverySeconds.observe({ path }, Math.max(0, delayMs) / 1_000)
    },
  }
}
