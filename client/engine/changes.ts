/** Edits, deletions, reactions, pins: asked again over a change of node, for asking twice does what asking once does. */
import type { Answer, CallName, Calls } from '#protocol/wire.ts'
import { type Call, isFinal } from './answer.ts'
import type { Cell } from './cell.ts'
import type { Clock } from './clock.ts'
import type { LinkStatus } from './face.ts'

type ChangeName = Extract<CallName, 'message:edit' | 'message:delete' | 'message:react' | 'message:pin'>
type Needs = { call: Call; link: Cell<LinkStatus>; clock: Clock }

/** How long somebody waits for it to be done before he is told that it is not. */
const patienceMs = 15_000
const pauseMs = 500

export type Change = <Name extends ChangeName>(
  name: Name,
  input: Calls[Name]['input'],
) => Promise<Answer<Calls[Name]['value']>>

/**
 * Answers within about 20 s once its turn has come: changes of one message are made in the order they were asked for. A
 * "no" is definite only if every time of asking came to nothing for certain.
 */
export function openChange({ call, link, clock }: Needs): Change {
  /** What is under way, by message. */
  const lines = new Map<string, Promise<void>>()

  /** Resolves when there is a connection again, or after `boundMs`. */
  function untilOnline(boundMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(boundMs, resolve)
    const look = ({ state }: LinkStatus) => state === 'online' && resolve()
    const stop = link.subscribe(look)
    look(link.get())
    return promise.finally(() => {
      cancel()
      stop()
    })
  }

  const pause = (delayMs: number) => new Promise<void>((resolve) => void clock.after(delayMs, resolve))

  const make: Change = async (name, input) => {
    const deadline = clock.ticks() + patienceMs
    let isUnsure = false
    for (let round = 0; ; round++) {
      const answer = await call(name, input)
      if (answer.ok) return answer
      const told: typeof answer = isUnsure ? { ...answer, definite: false } : answer
      if (isFinal(answer)) return told
      isUnsure = !told.definite
      await pause(answer.retryInMs ?? pauseMs * round)
      if (clock.ticks() < deadline) await untilOnline(deadline - clock.ticks())
      if (clock.ticks() >= deadline || link.get().state !== 'online') return told
    }
  }

  return (name, input) => {
    const message = `${input.roomId} ${input.seq}`
    const made = (lines.get(message) ?? Promise.resolve()).then(() => make(name, input))
    const ended = made.then(() => {
      if (lines.get(message) === ended) lines.delete(message)
    })
    lines.set(message, ended)
    return made
  }
}
