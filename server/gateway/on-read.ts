/** `room:read`: how far one has read; told to one's other devices, and in small rooms to all. */
import { limits } from '#protocol/limits.ts'
import { handle } from './handle.ts'

export const onRead = handle('room:read', async (context, { roomId, seq }) => {
  const { userId, book, fanout } = context
  const { lastRead, moved, memberCount } = await book.read({ roomId, userId, seq })
  if (!moved) return {}
  const mark = { roomId, userId, seq: lastRead }
  fanout.toUser(userId, 'room:read', mark)
  if (memberCount <= limits.readShown) fanout.toOthers({ roomId, userId }, 'room:read', mark)
  return {}
})
