/** Everything the actors of a small world ask of the outside waits here until somebody says that it happens. */
import { unknownFault } from '../fakes/faults.ts'

export type Step = {
  node: string
  what: string
  run: () => Promise<void>
  /** It arrives, its answer does not. */
  lose: () => Promise<void>
  /** Its answer is lost, and it happens only later. */
  late: () => Promise<void>
}

export type Stage = ReturnType<typeof openStage>

export function openStage() {
  const pending: Step[] = []
  const dead = new Set<string>()

  function gate<Value>(node: string, what: string, work: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (dead.has(node)) return
      const answerLost = () => reject(new Error('unable to hear the answer; it was lost'))
      const step: Step = {
        node,
        what,
        run: () => work().then(resolve, reject),
        lose: () => work().then(answerLost, reject),
        async late() {
          pending.push({ ...step, node: 'later', run: async () => void (await work()) })
          reject(unknownFault())
        },
      }
      pending.push(step)
    })
  }

  return {
    pending,
    gate,
    isDead: (node: string) => dead.has(node),
    async take(step: Step, how: 'run' | 'lose' | 'late'): Promise<void> {
      pending.splice(pending.indexOf(step), 1)
      await step[how]()
    },
    /** Whatever it waits for never comes. */
    kill(node: string): void {
      dead.add(node)
      for (const step of pending.filter((other) => other.node === node)) pending.splice(pending.indexOf(step), 1)
    },
  }
}
