/** The watchdog's thread: it sleeps on the count of the main loop's beats and kills the process when they stay away. */
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { systemClock } from '../kit/clock.ts'
import type { Watch } from './watchdog.ts'

const { node, beats, everyMs, limitMs }: Watch = workerData
const count = new Int32Array(beats)
/** Who wakes this much too late was stopped itself, with the loop: that silence says nothing about the loop. */
const ownGapMs = everyMs + 500

let seen = 0
let silentMs = 0

while (silentMs < limitMs) {
  const from = systemClock.ticks()
  const woken = Atomics.wait(count, 0, seen, everyMs) !== 'timed-out'
  const passedMs = systemClock.ticks() - from
  seen = Atomics.load(count, 0)
  silentMs = woken || passedMs > ownGapMs ? 0 : silentMs + passedMs
}

// the logger lives on the thread that hangs
writeSync(2, `${JSON.stringify({ level: 60, node, event: 'event-loop-hangs', silentMs: Math.round(silentMs) })}\n`)
process.kill(process.pid, 'SIGKILL')
