/** Who asks: the session's user as they are now, or a refusal before any work is done. */
import type { Request, RequestHandler, Response } from 'express'
import type { User } from '#protocol/wire.ts'
import type { Budget } from '../cache/budget.ts'
import type { Sessions, SessionView } from '../cache/session.ts'
import { Refusal } from '../kit/refusal.ts'
import { type UserBook, type UserRecord, userOf } from '../store/user-book.ts'
import { type Answer, answering } from './answer.ts'

export type CallerNeeds = {
  sessions: Pick<Sessions, 'read' | 'look'>
  users: Pick<UserBook, 'byIds'>
  budget: Pick<Budget, 'spend'>
  isAdmin: (user: User) => boolean
}

export type Caller = { userId: string; user: User; admin: boolean; session: SessionView }

/** A handler for those who are signed in. */
export type SignedIn = (
  work: (caller: Caller, request: Request, response: Response) => Promise<Answer>,
) => RequestHandler

export function openSignedIn({ sessions, users, budget, isAdmin }: CallerNeeds): SignedIn {
  async function callerOf(request: Request): Promise<Caller> {
    const session = await sessions.read(request.headers.cookie)
    if (session === null) throw new Refusal('signed-out')
    const { userId } = session
    const [[record]] = await Promise.all([users.byIds([userId]), budget.spend('callUser', userId)])
    if (record === undefined || !(await isOfNow(session, record))) throw new Refusal('signed-out')
    return { userId, user: userOf(record), admin: isAdmin(record), session }
  }

  /**
   * Whether the session's generation is its user's: it revokes even where the session's deletion was lost. The one who
   * changes the password is ahead for a moment, and may have asked for something else with the session of before. [S8]
   */
  async function isOfNow(session: SessionView, { generation }: UserRecord): Promise<boolean> {
    if (session.generation >= generation) return true
    const { sid } = session
    return ((await sessions.look([sid])).get(sid)?.generation ?? 0) >= generation
  }

  return (work) => answering(async (request, response) => work(await callerOf(request), request, response))
}
