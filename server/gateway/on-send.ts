/** `message:send`: the only way a message enters a room from a socket. */
import { spendInTurn } from './context.ts'
import { handle } from './handle.ts'

export const onSend = handle('message:send', async (context, draft) => {
  await spendInTurn(context) // membership is checked where it cannot race: inside the commit [M1]
  const { rev, message } = await context.lanes.write({ kind: 'send', ...draft, authorId: context.userId })
  return { seq: message.seq, rev, sentAt: message.sentAt }
})
