/** The node's beat: once a second it tells the roster that it lives, and how it is. */
import type { NodeDetails } from '#protocol/panel.ts'
import type { Roster } from '../cache/roster.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Node } from './node.ts'

type Needs = {
  node: Node
  roster: Pick<Roster, 'beat' | 'drop'>
  /** Sockets of this node. */
  sockets: () => number
  details: () => NodeDetails
  /** Told the version the roster knows of this node's users, after each beat. */
  onBeat: (version: number) => void
  clock: Clock
  log: Log
}

export type Heartbeat = {
  /** Ends the beat and takes the node out of the roster. */
  close(): Promise<void>
}

export declare function openHeartbeat(needs: Needs): Heartbeat
