/** Who is here and who is typing, in one room. Lost with the page: the server tells it anew. */
import type { Message, Presence } from '#protocol/wire.ts'
import { openCell } from './cell.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Online } from './face.ts'

/** How long one sign of typing lasts, and how often one is given. */
const typingMs = 5_000
const typedMs = 3_000

export type OpenPresence = ReturnType<typeof openPresence>

export function openPresence({ userId, clock, tell }: { userId: string; clock: Clock; tell: () => void }) {
  const online = openCell<Online>({ ids: new Set() })
  const typing = openCell<readonly string[]>([])
  const expiries = new Map<string, Cancel>()
  let toldAt = Number.NEGATIVE_INFINITY

  function stops(id: string): void {
    expiries.get(id)?.()
    if (expiries.delete(id)) typing.set([...expiries.keys()])
  }

  return {
    online,
    typing,
    /** State once, then differences; a difference to a count is of no use. [P1] */
    takePresence(presence: Presence): void {
      if ('count' in presence) online.set({ count: presence.count })
      else if ('online' in presence) online.set({ ids: new Set(presence.online) })
      else {
        const before = online.get()
        if ('count' in before) return
        const left = new Set(presence.left)
        online.set({ ids: new Set([...[...before.ids].filter((id) => !left.has(id)), ...presence.joined]) })
      }
    },
    takeTyping(id: string): void {
      if (id === userId) return
      expiries.get(id)?.()
      expiries.set(
        id,
        clock.after(typingMs, () => stops(id)),
      )
      if (!typing.get().includes(id)) typing.set([...expiries.keys()])
    },
    /** Whoever sent has stopped typing. */
    takeMessages(messages: readonly Message[]): void {
      if (expiries.size > 0) for (const { authorId } of messages) stops(authorId)
    },
    /** A key was pressed here. */
    typed(): void {
      if (clock.ticks() - toldAt < typedMs) return
      toldAt = clock.ticks()
      tell()
    },
    /** The next key press is news again: what was being typed is sent. */
    sent(): void {
      toldAt = Number.NEGATIVE_INFINITY
    },
    close(): void {
      for (const cancel of expiries.values()) cancel()
      expiries.clear()
    },
  }
}
