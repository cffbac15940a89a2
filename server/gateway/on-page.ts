/** `room:page`: a page of a room's past. */
import { spareSlow } from './context.ts'
import { handle } from './handle.ts'

export const onPage = handle('room:page', (context, input) => {
  spareSlow(context)
  return context.history.page({ userId: context.userId, input })
})
