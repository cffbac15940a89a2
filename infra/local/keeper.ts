/** Keeps one child running: restarts it when it dies by itself, leaves it down when somebody said so. */
import type { Clock } from '../../server/kit/clock.ts'
import type { Child, Exit } from './child.ts'
import { Fault } from './fault.ts'

type KeptState = 'down' | 'up' | 'paused' | 'resting'

type Needs = {
  name: string
  clock: Clock
  /** Starts it; resolves with the child that is to be kept. */
  start: () => Promise<Child>
  /** How it is asked to end, and how long it may take. */
  ending: { signal: NodeJS.Signals; graceMs: number }
  /** It died and nobody had asked it to; whether to start it again after `restInMs`. */
  onDeath: (death: { child: Child; exit: Exit; restInMs: number }) => boolean
  /** It runs again after such a death. */
  onReturn: () => void
}

export type Keeper = {
  name: string
  state(): KeptState
  child(): Child | null
  /** Times it came back after dying by itself. */
  restarts(): number
  start(): Promise<void>
  /** As a crash would; it stays down. */
  kill(): Promise<void>
  /** As an operator would; it stays down. */
  stop(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  /** Kills it as if it had died by itself. */
  strike(): void
  /** Ends it for good. */
  close(): Promise<void>
}

const firstRestMs = 250
const longestRestMs = 10_000
/** Whoever ran this long starts with short rests again. */
const steadyMs = 30_000

export function openKeeper({ name, clock, start, ending, onDeath, onReturn }: Needs): Keeper {
  let state: KeptState = 'down'
  let child: Child | null = null
  let restarts = 0
  let rests = 0
  let cancelRest = () => {}
  let turn: Promise<unknown> = Promise.resolve()

  /** One change at a time, in the order they were asked for. */
  function inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const mine = turn.then(change)
    turn = mine.catch(() => {})
    return mine
  }

  async function begin(): Promise<void> {
    const next = await start()
    const since = clock.ticks()
    child = next
    state = 'up'
    void next.exited.then((exit) => {
      if (child !== next || (state !== 'up' && state !== 'paused')) return
      child = null
      state = 'down'
      if (clock.ticks() - since > steadyMs) rests = 0
      rest({ child: next, exit })
    })
  }

  function rest(death: { child: Child; exit: Exit }): void {
    const restInMs = Math.min(firstRestMs * 2 ** rests, longestRestMs)
    rests += 1
    if (!onDeath({ ...death, restInMs })) return
    state = 'resting'
    cancelRest = clock.after(restInMs, () => void inTurn(comeBack))
  }

  async function comeBack(): Promise<void> {
    if (state !== 'resting') return
    try {
      await begin()
      restarts += 1
      onReturn()
    } catch {
      const restInMs = Math.min(firstRestMs * 2 ** rests, longestRestMs)
      rests += 1
      cancelRest = clock.after(restInMs, () => void inTurn(comeBack))
    }
  }

  /** Its death is no surprise from here on. */
  function lay(): Child | null {
    cancelRest()
    const laid = child
    child = null
    state = 'down'
    return laid
  }

  function demand(...allowed: KeptState[]): Child {
    if (child === null || !allowed.includes(state)) throw new Fault(`unable to do that; ${name} is ${state}`)
    return child
  }

  async function end(how: 'kill' | 'stop'): Promise<void> {
    const laid = lay()
    if (laid === null) return
    if (how === 'kill') await laid.kill()
    else {
      laid.signal('SIGCONT') // a stopped process hears no SIGTERM
      await laid.end(ending.signal, ending.graceMs)
    }
  }

  return {
    name,
    state: () => state,
    child: () => child,
    restarts: () => restarts,
    start: () =>
      inTurn(async () => {
        if (state === 'up' || state === 'paused') throw new Fault(`unable to start ${name}; it is ${state}`)
        lay()
        rests = 0
        await begin()
      }),
    kill: () => inTurn(() => end('kill')),
    stop: () => inTurn(() => end('stop')),
    pause: () =>
      inTurn(async () => {
        demand('up').signal('SIGSTOP')
        state = 'paused'
      }),
    resume: () =>
      inTurn(async () => {
        demand('paused').signal('SIGCONT')
        state = 'up'
      }),
    strike: () => void child?.kill(),
    close: () => inTurn(() => end('stop')),
  }
}
