/** Who may come in: the session is read once, and everything the new socket is first told is gathered before it opens. */
import type { Socket } from 'socket.io'
import { limits } from '#protocol/limits.ts'
import { handshake } from '#protocol/schemas.ts'
import { protocolVersion, type Standing, type User } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { Sessions, SessionView } from '../cache/session.ts'
import type { Fanout } from '../fanout/fanout.ts'
import { Refusal } from '../kit/refusal.ts'
import type { BlockBook } from '../store/block-book.ts'
import type { RoomBook } from '../store/room-book.ts'
import { type UserBook, userOf } from '../store/user-book.ts'

export type AdmissionNeeds = {
  node: { state(): 'up' | 'draining' }
  sessions: Pick<Sessions, 'read' | 'look'>
  users: Pick<UserBook, 'byIds'>
  book: Pick<RoomBook, 'standings'>
  blocks: Pick<BlockBook, 'list'>
  budget: Pick<Budget, 'spend'>
  fanout: Pick<Fanout, 'socketsOf'>
  /** The address a request came from, proxies taken off. */
  addressOf: (request: Socket['request']) => string
}

/** Who came in, by which session, where they stand, and whom they block. */
export type Admission = { session: SessionView; user: User; standings: Standing[]; blocked: string[] }

/**
 * Refuses `outdated` (another protocol), `draining`, `slow-down`, `signed-out` (no session, or one of before a change of
 * password [S8]) and `unavailable`.
 */
export async function admit(needs: AdmissionNeeds, socket: Pick<Socket, 'handshake' | 'request'>): Promise<Admission> {
  const { node, sessions, users, book, blocks, budget, fanout, addressOf } = needs
  const { request } = socket
  const said = handshake.safeParse(socket.handshake.auth)
  if (said.data?.protocol !== protocolVersion) throw new Refusal('outdated')
  if (node.state() === 'draining') throw new Refusal('draining', { retryInMs: 0 })
  // at once: both are questions to the same Redis, and one word to it costs as much as two
  const [session] = await Promise.all([
    sessions.read(request.headers.cookie),
    budget.spend('connectAddress', addressOf(request)),
  ])
  if (session === null) throw new Refusal('signed-out')
  const { sid, userId } = session
  if (fanout.socketsOf(userId) >= limits.socketsPerUser) throw new Refusal('slow-down', { retryInMs: 5_000 }) // [X3]
  const [[record], standings, blocked] = await Promise.all([
    users.byIds([userId]),
    book.standings(userId),
    blocks.list(userId),
  ])
  if (record === undefined) throw new Refusal('signed-out')
  // the device that changes the password is ahead of its user for a moment, so whoever seems behind looks again [S8]
  const isBehind = async () => ((await sessions.look([sid])).get(sid)?.generation ?? 0) < record.generation
  if (session.generation < record.generation && (await isBehind())) throw new Refusal('signed-out')
  return { session, user: userOf(record), standings, blocked }
}
