/** The socket door: who may come in, what they may call, and what they hear. */
import type { IncomingMessage } from 'node:http'
import type { EndReason, Standing, User } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { Sessions } from '../cache/session.ts'
import type { Presence } from '../cluster/presence.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'

type Needs = {
  node: { name: string; state(): 'up' | 'draining' }
  epoch: string
  fanout: Fanout
  sessions: Pick<Sessions, 'read' | 'touch'>
  users: { byIds(ids: string[]): Promise<(User & { generation: number })[]> }
  /** The rooms of a user. */
  standings: (userId: string) => Promise<Standing[]>
  budget: Pick<Budget, 'spend'>
  presence: Pick<Presence, 'arrive' | 'depart' | 'watch'>
  isAdmin: (user: User) => boolean
  /** The address a request came from, proxies taken off. */
  addressOf: (request: IncomingMessage) => string
  clock: Clock
  log: Log
  metrics: Metrics
}

export type Gateway = {
  /** Closes the sockets of these devices on every node. [S2] */
  endSessions(ended: { userId: string; handles: string[]; reason: EndReason }): void
  /** Asks all sockets to leave, in batches spread over `overMs`; resolves when they have, or when the time is up. */
  drain(overMs: number): Promise<void>
  close(): Promise<void>
}

export declare function openGateway(needs: Needs): Gateway
