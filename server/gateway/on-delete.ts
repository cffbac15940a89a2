/** `message:delete`: leaves a tombstone. */
import { handle } from './handle.ts'

export const onDelete = handle('message:delete', async (context, target) => {
  await context.spendInTurn()
  const { userId, admin } = context
  const { rev } = await context.lanes.write({ kind: 'delete', ...target, userId, admin })
  return { rev }
})
