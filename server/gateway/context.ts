/** What a call's handler knows: who asks, on which socket, and what there is to ask. */
import type { User } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { Presence } from '../cluster/presence.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { History } from '../rooms/history.ts'
import type { Lanes } from '../rooms/lanes.ts'
import type { Resumes } from '../rooms/resume.ts'
import type { RoomBook } from '../store/room-book.ts'

/** What the calls are made of. */
export type Service = {
  lanes: Pick<Lanes, 'write'>
  resumes: Resumes
  history: History
  book: Pick<RoomBook, 'get' | 'read' | 'unread'>
  fanout: Pick<Fanout, 'toUser' | 'toOthers' | 'belongs' | 'isBehind'>
  presence: Pick<Presence, 'watch'>
  budget: Pick<Budget, 'spend'>
  clock: Clock
  log: Log
  metrics: Pick<Metrics, 'refusals' | 'gaps'>
}

export type Context = Service & {
  socketId: string
  userId: string
  /** One of `ADMINS`. */
  admin: boolean
  /** Rooms the socket has resumed. */
  resumed: Set<string>
  /** When the user was last said to type, and where. */
  typed: { roomId: string; atMs: number }
  /** Calls under way. */
  inFlight: number
  /** Settled when the last write that came has left. */
  turn: Promise<unknown>
}

type Needs = { service: Service; socketId: string; user: User; admin: boolean }

const settled = Promise.resolve()
const nowhere = { roomId: '', atMs: 0 }

/** Inherits the service, of which a copy would else be there for every socket. */
export function openContext({ service, socketId, user, admin }: Needs): Context {
  const own = {
    socketId,
    userId: user.id,
    admin,
    resumed: new Set<string>(),
    typed: nowhere,
    inFlight: 0,
    turn: settled,
  }
  return Object.assign(Object.create(service) as Service, own)
}

/** Spends for a write; writes leave in the order they came, however long their budgets take. [L9] */
export function spendInTurn(context: Context): Promise<void> {
  const spent = context.turn.then(() => context.budget.spend('sendUser', context.userId))
  context.turn = spent.catch(() => {})
  return spent
}

/** Refuses what fills the buffer of a socket whose reader is slow. [A3] */
export function spareSlow({ fanout, socketId }: Context): void {
  if (fanout.isBehind(socketId)) throw new Refusal('slow-down', { retryInMs: 500 })
}
