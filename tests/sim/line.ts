/** A connection of the simulation: words arrive in their order, some time later, until it breaks. */
import type { Answer, CallName, Calls, EventName } from '#protocol/wire.ts'
import type { Connection, Heard, Loss } from '../../client/engine/link.ts'
import type { Clock } from '../../server/kit/clock.ts'
import type { Seeded } from '../kit/seeded.ts'

/** What a node sees of it. `socket` is as much of a Socket.IO socket as the gateway uses. */
export type Line = ReturnType<typeof openLine>

type Needs = { id: string; clock: Clock; chance: Seeded; heard: Heard; onLost: (loss: Loss) => void }

export function openLine({ id, clock, chance, heard, onLost }: Needs) {
  let answer: (event: unknown[]) => void = () => {}
  const unanswered = new Set<() => void>()
  const onCut: (() => void)[] = []
  let isCut = false
  let heardAt = clock.now()
  const lastAt = { up: 0, down: 0 }

  /** Later, but not before what was said earlier in the same direction. */
  function carry(direction: 'up' | 'down', task: () => void): void {
    const delayMs = chance.chance(0.02) ? chance.below(400) : 1 + chance.below(20)
    lastAt[direction] = Math.max(lastAt[direction], clock.now() + delayMs)
    clock.after(lastAt[direction] - clock.now(), () => {
      if (!isCut) task()
    })
  }

  function end(): void {
    isCut = true
    for (const give of unanswered) give()
    for (const task of onCut) task()
  }

  function cut(loss: Loss = { timedOut: false }): void {
    if (isCut) return
    end()
    onLost(loss)
  }

  function emit(event: string, payload: unknown): void {
    carry('down', () => {
      heardAt = clock.now()
      const listener = heard[event as EventName] as (payload: unknown) => void // the pair was checked by its node
      listener(payload)
    })
  }

  function call<Name extends CallName>(name: Name, input: Calls[Name]['input']) {
    const { promise, resolve } = Promise.withResolvers<Answer<Calls[Name]['value']> | null>()
    const give = () => resolve(null)
    unanswered.add(give)
    const acknowledge = (answer: Answer<Calls[Name]['value']>) =>
      carry('down', () => {
        unanswered.delete(give)
        resolve(answer)
      })
    if (isCut) give()
    else carry('up', () => answer([name, input, acknowledge]))
    return promise
  }

  const connection: Connection = {
    call,
    heardAt: () => heardAt,
    close: () => {
      if (!isCut) end()
    },
  }
  const socket = {
    id,
    data: {},
    conn: {},
    handshake: {},
    emit,
    use(middleware: typeof answer) {
      answer = middleware
    },
    on() {},
  }
  return {
    id,
    socket,
    connection,
    emit,
    isCut: () => isCut,
    onCut: (task: () => void) => void onCut.push(task),
    cut: () => cut(),
    refuse: (loss: Loss) => cut(loss),
  }
}
