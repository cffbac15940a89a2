/** Waits for a child: to be of use, or to be done; one that fails is told with its last lines. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Child, Exit } from './child.ts'
import { Fault } from './fault.ts'

export function tellExit({ code, signal }: Exit): string {
  return signal ?? `code ${code}`
}

/** Resolves once `isReady` says so; a child that dies or dawdles ends the wait. */
export async function whenReady(child: Child, isReady: () => Promise<boolean>, boundMs = 60_000): Promise<void> {
  const deadline = performance.now() + boundMs
  while (!(await isReady())) {
    if (child.isGone()) throw await deathOf(child)
    if (performance.now() > deadline) {
      const lines = await child.lastLines()
      await child.kill()
      throw new Fault(`unable to start ${child.name}; it was not ready within ${boundMs / 1_000} s\n${lines}`)
    }
    await pause(20)
  }
}

/** Resolves when it ended well. */
export async function whenDone(child: Child): Promise<void> {
  if ((await child.exited).code !== 0) throw await deathOf(child)
}

/** What to tell of a child that ended and should not have. */
export async function deathOf(child: Child): Promise<Fault> {
  const exit = await child.exited
  return new Fault(`${child.name} ended with ${tellExit(exit)}; its last lines were:\n${await child.lastLines()}`)
}
