/** This node: its name and state, how late its event loop runs, and the watchdog that ends it when the loop hangs. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { NodeState } from '#protocol/panel.ts'
import type { Clock } from '../kit/clock.ts'
import { openWatchdog, type Watchdog } from './watchdog.ts'

type Needs = {
  name: string
  version: string
  build: string
  clock: Clock
  /** How long the event loop may hang before the process is killed; 0 is for ever. */
  watchdogMs: number
}

export type Node = {
  name: string
  version: string
  build: string
  startedAt: string
  state(): NodeState
  /**
   * From here on the watchdog counts. Not from the first moment: starting is one long turn of the loop, and on a crowded
   * machine a long turn takes many seconds.
   */
  guard(): void
  /** From here on the node is `draining`. */
  leave(): void
  /** 99th percentile of the event loop's delay since it was last asked. */
  loopDelayMs(): number
  close(): Promise<void>
}

const resolutionMs = 10

export function openNode({ name, version, build, clock, watchdogMs }: Needs): Node {
  let state: NodeState = 'up'
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let watchdog: Watchdog | null = null

  return {
    name,
    version,
    build,
    startedAt: new Date(clock.now()).toISOString(),
    state: () => state,
    guard() {
      watchdog ??= openWatchdog({ node: name, clock, limitMs: watchdogMs })
    },
    leave() {
      state = 'draining'
    },
    loopDelayMs() {
      // the histogram counts the time between two looks, of which the resolution is no delay
      const delayMs = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolutionMs
      delay.reset()
      return Math.round(Math.max(0, delayMs) * 10) / 10
    },
    async close() {
      delay.disable()
      await watchdog?.close()
    },
  }
}
