/** How a node leaves: nobody new comes, what was accepted is committed, and everyone is asked to go before the lights go out. */
import type { Node } from './cluster/node.ts'
import { type Clock, within } from './kit/clock.ts'
import type { Log } from './kit/log.ts'
import type { Parts } from './parts.ts'

type Needs = {
  node: Pick<Node, 'leave'>
  /** Takes no new connection from now on; those that are idle are closed. */
  stopListening: () => void
  /** Null while the node is still starting. */
  parts: Pick<Parts, 'lanes' | 'gateway' | 'heartbeat'> | null
  drainMs: number
  clock: Clock
  log: Log
}

/** Part of the time that is left for closing what is open. */
const forClosing = 0.2
/** Longest that asking everybody to leave is spread over, so that the other nodes see no stampede. [D2] */
const longestAskingMs = 5_000

/** Resolves when everybody is gone and every accepted draft is settled, or when it is time to go anyway; never rejects. [D3] */
export async function drain({ node, stopListening, parts, drainMs, clock, log }: Needs): Promise<void> {
  const boundMs = drainMs * (1 - forClosing)
  node.leave() // from here on not ready, and no draft is accepted [D1]
  stopListening() // before anybody is asked to leave, or most would come straight back
  if (parts === null) return
  parts.heartbeat.kick()
  const settled = parts.lanes.drain()
  const gone = parts.gateway.drain(Math.min(longestAskingMs, boundMs / 2))
  try {
    await within(clock, boundMs, 'drain', Promise.all([settled, gone])) // [L7]
    log.info({ event: 'drained' })
  } catch (fault) {
    log.warn({ event: 'drain-cut-short', err: fault })
  }
}
