/** `room:resume`: from a position to the present, and live from there on; who is there follows by itself. */
import { spareSlow } from './context.ts'
import { handle } from './handle.ts'

export const onResume = handle('room:resume', async (context, input) => {
  spareSlow(context)
  const { socketId, userId, presence, resumed, metrics } = context
  const resume = await context.resumes.resume({ userId, socketId }, input)
  // the first one of a connection catches up with an absence; a later one that knows of more closes a hole
  if (resumed.has(input.roomId) && (input.atLeast ?? 0) > input.rev) metrics.gaps.inc()
  resumed.add(input.roomId)
  void presence.watch({ socketId, roomId: input.roomId })
  return resume
})
