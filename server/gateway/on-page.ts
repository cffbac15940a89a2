/** `room:page`: a page of a room's past. */
import { handle } from './handle.ts'

export const onPage = handle('room:page', (context, input) => {
  context.spareSlow()
  return context.history.page({ userId: context.userId, input })
})
