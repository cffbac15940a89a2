/** A machine that can fall asleep: no timer rings, nothing is heard, and the network forgets its connections without a word. */
import type { Clock } from '../../../client/engine/clock.ts'
import type { Connect } from '../../../client/engine/link.ts'

export type Sleeper = {
  clock: Clock
  connect: (connect: Connect) => Connect
  sleep(): void
  /** All that was due meanwhile happens now, and the connections turn out to be broken. */
  wake(): void
}

export function openSleeper(clock: Clock): Sleeper {
  const due: (() => void)[] = []
  const lose = new Set<() => void>()
  let isAsleep = false

  return {
    clock: {
      ...clock,
      after(delayMs, task) {
        let isCancelled = false
        const ring = () => {
          if (!isCancelled) task()
        }
        const cancel = clock.after(delayMs, () => {
          if (isAsleep) due.push(ring)
          else ring()
        })
        return () => {
          isCancelled = true
          cancel()
        }
      },
    },
    connect:
      (connect) =>
      ({ onLost, ...needs }) => {
        const connection = connect({
          ...needs,
          onLost(loss) {
            lose.delete(loseIt)
            onLost(loss)
          },
        })
        function loseIt(): void {
          connection.close()
          due.push(() => onLost({ timedOut: false }))
        }
        lose.add(loseIt)
        return {
          ...connection,
          close() {
            lose.delete(loseIt)
            connection.close()
          },
        }
      },
    sleep() {
      isAsleep = true
      for (const loseIt of lose) loseIt()
      lose.clear()
    },
    wake() {
      isAsleep = false
      for (const task of due.splice(0)) task()
    },
  }
}
