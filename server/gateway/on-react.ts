/** `message:react`: one person's emoji under a message, on or off. */
import { spendInTurn } from './context.ts'
import { handle } from './handle.ts'

export const onReact = handle('message:react', async (context, reaction) => {
  await spendInTurn(context)
  const { rev } = await context.lanes.write({ kind: 'react', ...reaction, userId: context.userId })
  return { rev }
})
