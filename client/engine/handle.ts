/** A room as a UI holds it. */
import type { Change } from './changes.ts'
import type { RoomHandle } from './face.ts'
import type { LoadedRoom } from './loaded-rooms.ts'
import type { Outbox } from './outbox.ts'
import type { Reads } from './reads.ts'
import type { Rooms } from './rooms.ts'
import type { Texts } from './texts.ts'

type Needs = {
  roomId: string
  loaded: LoadedRoom
  rooms: Rooms
  outbox: Outbox
  reads: Reads
  texts: Texts
  change: Change
}

/** Enters the room: it is on screen until the handle is closed. */
export function openHandle({ roomId, loaded, rooms, outbox, reads, texts, change }: Needs): RoomHandle {
  const { room, pages, presence } = loaded
  let isOpen = true

  const asking: Change = async (name, input) => {
    const answer = await change(name, input)
    if (answer.ok) room.hear(answer.value.rev, 0)
    return answer
  }

  const standing = rooms.get(roomId)
  reads.enter(roomId)
  room.enter(standing !== undefined && standing.head > standing.lastRead ? standing.lastRead + 1 : null)
  return {
    roomId,
    room: room.room,
    timeline: room.timeline,
    members: room.members,
    online: presence.online,
    typing: presence.typing,
    send(body, replyTo) {
      pages.showLatest()
      room.setDivider(null)
      presence.sent()
      return outbox.put(roomId, body, replyTo)
    },
    retry: (id) => outbox.retry(roomId, id),
    rewrite: (id, body) => outbox.rewrite(roomId, id, body),
    discard: (id) => outbox.discard(roomId, id),
    async edit(seq, body, onRev) {
      const answer = await asking('message:edit', { roomId, seq, body, ...(onRev === undefined ? {} : { onRev }) })
      const row = room.loaded.message(seq)
      // Asked twice over a change of node, the second may be refused for what the first did.
      const isDone = !answer.ok && answer.code === 'conflict' && row?.body === body
      return isDone ? { ok: true, value: { rev: row.rev } } : answer
    },
    remove: (seq) => asking('message:delete', { roomId, seq }),
    react: (seq, emoji, on) => asking('message:react', { roomId, seq, emoji, on }),
    pin: (seq, on) => asking('message:pin', { roomId, seq, on }),
    loadOlder: pages.older,
    loadNewer: pages.newer,
    loadAround: pages.around,
    jumpToLatest: pages.showLatest,
    seen: (seq) => reads.seen(roomId, seq),
    markUnread(seq) {
      reads.markUnread(roomId, seq)
      room.setDivider(seq)
    },
    clearDivider: () => room.setDivider(null),
    typed: presence.typed,
    composing: { get: () => texts.get(roomId), set: (text) => texts.set(roomId, text) },
    close() {
      if (isOpen) room.leave()
      isOpen = false
    },
  }
}
