/** `message:edit`: a new body for one's own message, unless it changed since the caller saw it. */
import { spendInTurn } from './context.ts'
import { handle } from './handle.ts'

export const onEdit = handle('message:edit', async (context, edit) => {
  await spendInTurn(context)
  const { userId, admin } = context
  const { rev } = await context.lanes.write({ kind: 'edit', ...edit, userId, admin })
  return { rev }
})
