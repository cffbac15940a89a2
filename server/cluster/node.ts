/** This node: its name and state, how late its event loop runs, and the watchdog that ends it when the loop hangs. */
import type { NodeState } from '#protocol/panel.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'

type Needs = {
  name: string
  version: string
  clock: Clock
  log: Log
  /** How long the event loop may hang before the process is killed; 0 is for ever. */
  watchdogMs: number
}

export type Node = {
  name: string
  version: string
  startedAt: string
  state(): NodeState
  /** From here on the node is `draining`. */
  leave(): void
  /** 99th percentile of the event loop's delay since it was last asked. */
  loopDelayMs(): number
  close(): Promise<void>
}

export declare function openNode(needs: Needs): Node
