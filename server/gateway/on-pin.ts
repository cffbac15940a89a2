/** `message:pin`: keeps a message at hand for everybody in its room, or no longer. */
import { spendInTurn } from './context.ts'
import { handle } from './handle.ts'

export const onPin = handle('message:pin', async (context, pin) => {
  await spendInTurn(context)
  const { rev } = await context.lanes.write({ kind: 'pin', ...pin, userId: context.userId })
  return { rev }
})
