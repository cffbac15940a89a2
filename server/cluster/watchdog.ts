/** A second thread that ends the process when the event loop hangs: no proxy can tell a hung node from a slow one. */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'

/** What the thread is given. `beats` holds one 32-bit count of the loop's signs of life. */
export type Watch = { node: string; beats: SharedArrayBuffer; everyMs: number; limitMs: number }

type Needs = {
  node: string
  clock: Clock
  /** How long the loop may give no sign of life; 0 is for ever. */
  limitMs: number
}

export type Watchdog = { close(): Promise<void> }

/** Powerless over process 1, which the kernel lets nobody in its container kill: there, an init must stand in front. */
export function openWatchdog({ node, clock, limitMs }: Needs): Watchdog {
  if (limitMs === 0) return { close: () => Promise.resolve() }
  const everyMs = Math.min(250, limitMs / 4)
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const count = new Int32Array(beats)
  const workerData: Watch = { node, beats, everyMs, limitMs }
  const thread = new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData })
  thread.unref()

  function beat(): Promise<void> {
    Atomics.add(count, 0, 1)
    Atomics.notify(count, 0)
    return Promise.resolve()
  }

  const loop = openLoop({ clock, everyMs: () => everyMs, run: beat, onFault: () => {} })
  return {
    async close() {
      await thread.terminate()
      await loop.close()
    },
  }
}
