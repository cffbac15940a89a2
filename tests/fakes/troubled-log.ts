/** A message log with the troubles of a real one, on demand: slow, rooms held by others, poison, outages. */
import { type Clock, pause } from '../../server/kit/clock.ts'
import type { Appended, MessageLog, Outcome, Write } from '../../server/store/message-log.ts'
import { dataFault } from './faults.ts'

export const poison = 'poison'

type Trouble = { fault: Error; committed: boolean }
type Call = { writes: readonly Write[]; patient: boolean; debts: readonly string[] }

const isPoisonous = (write: Write) => 'body' in write && write.body.includes(poison)
const busy: Outcome = { ok: false, busy: true }

export type TroubledLog = MessageLog & {
  /** Every call of `append`, from its beginning. */
  calls: Call[]
  /** As if another node were committing to the room; answers the way to let go. */
  hold(roomId: string): () => void
  /** Lets the next `append` fail, before or after it was committed. */
  fail(trouble: Trouble): void
}

/** `append` takes `commitMs()` of the clock and then happens at once. */
export function openTroubledLog(
  log: MessageLog,
  { clock, commitMs }: { clock: Clock; commitMs: () => number },
): TroubledLog {
  const calls: Call[] = []
  const held = new Map<string, PromiseWithResolvers<void>>()
  const troubles: Trouble[] = []

  const firstHeld = (writes: readonly Write[]) => writes.map(({ roomId }) => held.get(roomId)).find((lock) => lock)

  async function append(writes: readonly Write[], options: Parameters<MessageLog['append']>[1]): Promise<Appended> {
    calls.push({ writes, debts: [], ...options })
    const trouble = troubles.shift()
    await pause(clock, commitMs())
    if (options.patient) for (let lock = firstHeld(writes); lock; lock = firstHeld(writes)) await lock.promise
    const free = writes.filter(({ roomId }) => !held.has(roomId))
    if (trouble?.committed === false) throw trouble.fault
    if (free.some(isPoisonous)) throw dataFault()
    const appended = await log.append(free, options)
    if (trouble !== undefined) throw trouble.fault
    const outcomes = new Map(free.map((write, index) => [write, appended.outcomes[index] ?? busy]))
    return { ...appended, outcomes: writes.map((write) => outcomes.get(write) ?? busy) }
  }

  return {
    ...log,
    append,
    calls,
    hold(roomId) {
      const lock = Promise.withResolvers<void>()
      held.get(roomId)?.resolve()
      held.set(roomId, lock)
      return () => {
        if (held.get(roomId) === lock) held.delete(roomId)
        lock.resolve()
      }
    },
    fail: (trouble) => void troubles.push(trouble),
  }
}
