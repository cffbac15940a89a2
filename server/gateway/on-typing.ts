/** `member:typing`: a passing sign to the others in the room; the first thing to be dropped when anything is scarce. */
import { Refusal } from '../kit/refusal.ts'
import type { Context } from './context.ts'
import { handle } from './handle.ts'

/** A sign that follows another one sooner says nothing new. */
const pauseMs = 1_000

export const onTyping = handle('member:typing', async (context, { roomId }) => {
  const { userId, typed, clock, fanout, budget } = context
  const now = clock.ticks()
  if (typed.roomId === roomId && now - typed.atMs < pauseMs) return {}
  await budget.spend('typingUser', userId)
  await mustBeMember(context, roomId)
  context.typed = { roomId, atMs: now }
  fanout.toOthers({ roomId, userId }, 'member:typing', { roomId, userId })
  return {}
})

/** The book is asked about rooms that the socket does not hear as a member's. */
async function mustBeMember({ fanout, socketId, userId, book }: Context, roomId: string): Promise<void> {
  if (fanout.belongs(socketId, roomId)) return
  const { member } = await book.get({ roomId, userId })
  if (member === null) throw new Refusal('forbidden')
}
