/** What happens when a child dies: while starting it ends everything, afterwards it starts again. */
import type { Child, Exit } from './child.ts'
import type { Fault } from './fault.ts'
import { deathOf, tellExit } from './ready.ts'

type Phase = 'starting' | 'running' | 'ending'

export type Watch = {
  /** Rejects when a child dies while everything starts; never resolves. */
  broken: Promise<never>
  turn(phase: Phase): void
  phase(): Phase
  /** For keepers: whether to start the dead one again. */
  onDeath(death: { child: Child; exit: Exit; restInMs: number }): boolean
}

export function openWatch(say: (line: string) => void): Watch {
  let phase: Phase = 'starting'
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {}) // heard by whoever races against it
  return {
    broken: broken.promise,
    phase: () => phase,
    turn(next) {
      phase = next
    },
    onDeath({ child, exit, restInMs }) {
      if (phase === 'starting') {
        void deathOf(child).then((fault: Fault) => broken.reject(fault))
        return false
      }
      if (phase === 'ending') return false
      say(`${child.name} ended by itself (${tellExit(exit)}); it starts again in ${restInMs / 1_000} s`)
      return true
    },
  }
}
