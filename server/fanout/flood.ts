/** Closes a connection that says more than any client does: though all of it is refused, hearing it out takes our time. [X3] */
import type { Socket } from 'socket.io'
import type { Clock } from '../kit/clock.ts'

type Needs = {
  engine: Pick<Socket['conn'], 'on' | 'close'>
  clock: Pick<Clock, 'ticks'>
  /** The connection was closed. */
  onFlood: () => void
}

/** A hundred times what the budget of a socket allows in the long run: no burst of an honest client comes near. */
const packetsPerSecond = 3_000

/** Counts what is said from the first word on, before anybody knows who speaks. */
export function watchFlood({ engine, clock, onFlood }: Needs): void {
  let beganAt = clock.ticks()
  let packets = 0

  engine.on('packet', () => {
    const now = clock.ticks()
    if (now - beganAt >= 1_000) {
      beganAt = now
      packets = 0
    }
    packets += 1
    if (packets !== packetsPerSecond) return
    onFlood()
    engine.close(true)
  })
}
