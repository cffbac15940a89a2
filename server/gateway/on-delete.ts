/** `message:delete`: leaves a tombstone. */
import { spendInTurn } from './context.ts'
import { handle } from './handle.ts'

export const onDelete = handle('message:delete', async (context, target) => {
  await spendInTurn(context)
  const { userId, admin } = context
  const { rev } = await context.lanes.write({ kind: 'delete', ...target, userId, admin })
  return { rev }
})
