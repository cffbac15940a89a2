/** What a node does to itself when it is told to: each is the real thing, not a polite imitation of it. */
import type { OrderVerb } from '#protocol/panel.ts'

/** How long a paused loop stands still at most; a watchdog that is on takes it for the hang it is, and ends the node earlier. */
const pauseMs = 8_000

export const deeds: Record<Exclude<OrderVerb, 'rebalance'>, () => void> = {
  /** As a crash: no goodbye. Of process 1 in its container the kernel asks nothing, so an init must stand in front. */
  kill: () => void process.kill(process.pid, 'SIGKILL'),
  /** Blocks the event loop. Not SIGSTOP: nobody in a container could resume it. */
  pause: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs),
  drain: () => void process.kill(process.pid, 'SIGTERM'),
}
