/** `message:react`: one person's emoji under a message, on or off. */
import { handle } from './handle.ts'

export const onReact = handle('message:react', async (context, reaction) => {
  await context.spendInTurn()
  const { rev } = await context.lanes.write({ kind: 'react', ...reaction, userId: context.userId })
  return { rev }
})
