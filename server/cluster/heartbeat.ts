/** The node's beat: once a second it tells the roster that it lives, and how it is. */
import type { NodeDetails, NodeView } from '#protocol/panel.ts'
import type { Roster } from '../cache/roster.ts'
import type { Clock } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'
import type { Node } from './node.ts'

type Needs = {
  node: Pick<Node, 'name' | 'version' | 'build' | 'startedAt' | 'state' | 'loopDelayMs'>
  roster: Pick<Roster, 'beat' | 'drop'>
  /** Sockets of this node. */
  sockets: () => number
  details: () => Promise<NodeDetails>
  clock: Clock
}

export type Heartbeat = {
  /** Beats now, for a state that changed. */
  kick(): void
  /** Ends the beat and takes the node out of the roster. */
  close(): Promise<void>
}

export const beatMs = 1_000
/** Two beats and the time one takes. [P2] */
export const beatLivesMs = 2_200

export function openHeartbeat({ node, roster, sockets, details, clock }: Needs): Heartbeat {
  async function beat(): Promise<void> {
    const { name, version, build, startedAt } = node
    const view: NodeView = {
      name,
      state: node.state(),
      version,
      build,
      startedAt,
      sockets: sockets(),
      loopDelayMs: node.loopDelayMs(),
      details: await details(),
    }
    await roster.beat(name, JSON.stringify(view), beatLivesMs)
  }

  // a roster that is away is the link's to log
  const loop = openLoop({ clock, everyMs: () => beatMs, run: beat, onFault: () => {} })
  loop.kick()
  return {
    kick: loop.kick,
    async close() {
      await loop.close()
      await roster.drop(node.name).catch(() => {}) // its beat runs out by itself
    },
  }
}
