/** `room:unread`: lowers one's position on purpose; nobody's business but one's own devices'. */
import { handle } from './handle.ts'

export const onUnread = handle('room:unread', async (context, { roomId, seq }) => {
  const { userId, book, fanout } = context
  const { lastRead, moved } = await book.unread({ roomId, userId, seq })
  if (moved) fanout.toUser(userId, 'room:read', { roomId, userId, seq: lastRead, lowered: true })
  return {}
})
