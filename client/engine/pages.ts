/** Loads pages of history into a room, and never lets an older page bring an old body back. */
import { limits } from '#protocol/limits.ts'
import type { Message, Page, PageInput } from '#protocol/wire.ts'
import { type Call, isFinal } from './answer.ts'
import type { Room } from './room.ts'

/** How often a page is brought up to date, or asked for anew, before we say that it cannot be had now. */
const tries = 3

type Where = Omit<PageInput, 'roomId'>

/**
 * A page that ends where a page of the server's cache does, whatever is loaded so far: those that follow are each one of
 * its pages, where they would else be halves of two.
 */
const olderThan = (seq: number): Where => ({ before: seq, limit: limits.pageSize + ((seq - 1) % limits.pageSize) })
const newerThan = (seq: number): Where => ({
  after: seq,
  limit: limits.pageSize + ((limits.pageSize - (seq % limits.pageSize)) % limits.pageSize),
})

export type Pages = ReturnType<typeof openPages>

/** One page at a time; a move elsewhere does not wait for the page under way. */
export function openPages({ room, call }: { room: Room; call: Call }) {
  const { roomId, loaded } = room
  let moves = 0
  let isPaging = false

  /**
   * A page may come from a cache and be older than our position. Whatever changed after it was read is either among the
   * changes we kept for rows that are not loaded, or it is asked for. Null: the page is of no use any more.
   */
  async function changesAfter({ epoch, rev }: Page): Promise<{ changes: Message[]; upTo: number } | null> {
    const changes: Message[] = []
    let upTo = rev
    for (let round = 0; !loaded.covers(upTo); round++) {
      if (round === tries) return null
      const answer = await call('room:resume', { roomId, epoch, rev: upTo })
      if (!answer.ok || answer.value.kind === 'reset') return null
      changes.push(...answer.value.messages)
      upTo = answer.value.rev
    }
    return { changes, upTo }
  }

  async function load(direction: 'older' | 'newer', where: Where, mayMove: boolean): Promise<void> {
    const move = mayMove ? ++moves : moves
    room.setPaging(direction)
    for (let round = 0; round < tries; round++) {
      const answer = await call('room:page', { roomId, ...where })
      if (!answer.ok && move === moves) room.setPaging('none', isFinal(answer) ? answer.code : null)
      if (!answer.ok) return
      const since = await changesAfter(answer.value)
      if (move !== moves || answer.value.epoch !== room.position()?.epoch) break
      if (since === null || !loaded.covers(since.upTo)) continue // no await from this look to the placing
      loaded.place(answer.value.messages, mayMove)
      loaded.merge(since.changes)
      break
    }
    if (move === moves) room.setPaging('none')
  }

  async function extend(direction: 'older' | 'newer', where: Where): Promise<void> {
    if (isPaging) return
    isPaging = true
    await load(direction, where, false)
    isPaging = false
  }

  return {
    async older(): Promise<void> {
      const window = loaded.window()
      if (window !== null && window.from > 1) await extend('older', olderThan(window.from))
    },
    async newer(): Promise<void> {
      const window = loaded.window()
      if (window !== null && !loaded.isAtEnd()) await extend('newer', newerThan(window.to))
    },
    async around(seq: number): Promise<void> {
      const move = ++moves
      await room.first
      if (move !== moves) return // the reader has gone elsewhere meanwhile
      const tail = loaded.tail()
      if (tail !== null && seq >= tail.from) return showLatest()
      if (!loaded.isLoaded(seq)) await load('older', { around: seq }, true)
    },
    showLatest,
  }

  function showLatest(): void {
    moves += 1
    if (loaded.isAtEnd() && room.timeline.get().loading === 'none') return
    loaded.showLatest()
    room.setPaging('none')
  }
}
