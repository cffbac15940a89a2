/** One answer to every kind of absence: what changed in a room since a position, or where to start anew. */
import { limits } from '#protocol/limits.ts'
import type { Message, Resume, ResumeInput, Standing } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { MessageLog } from '../store/message-log.ts'
import type { RoomBook } from '../store/room-book.ts'
import type { Epoch } from './epoch.ts'
import { openSharedRead } from './shared-read.ts'

type Needs = {
  log: Pick<MessageLog, 'since' | 'page'>
  book: Pick<RoomBook, 'get' | 'membersOf' | 'standings'>
  fanout: {
    join(socketId: string, roomId: string): void
    visit(socketId: string, roomId: string): void
    leave(socketId: string, roomId: string): void
    hears(socketId: string, roomId: string): boolean
    toSocketsHere(socketIds: string[], event: 'room:added', payload: Standing): void
  }
  epoch: Pick<Epoch, 'current'>
  clock: Clock
  metrics: Pick<Metrics, 'resumes'>
}

type Resumer = { userId: string; socketId: string }

export type Resumes = {
  /**
   * From when it resolves on, the socket hears the room, and nothing is between the answer and what it hears [R2]. Refuses
   * `not-found` where the user may not read, and the socket hears nothing more of it. [X5] [M2]
   */
  resume(who: Resumer, input: ResumeInput): Promise<Resume>
}

/** What all riders of one read share, and which of them may have it. */
type Shared = { answer: Resume; mayRead: (userId: string) => boolean }

/** Characters beyond which starting anew is kinder than catching up. */
const mostText = 500_000

const textOf = ({ body, reactions }: Message) => (body ?? '').length + JSON.stringify(reactions ?? {}).length

const isRefused = (fault: unknown) => fault instanceof Refusal && fault.code === 'not-found'

export function openResumes({ log, book, fanout, epoch, clock, metrics }: Needs): Resumes {
  const shared = openSharedRead<Shared>({ clock })

  /** `rev: 0` asks for the newest page. The rev is read before the page, so the page may only know more. [R9] */
  async function readAs(userId: string, { roomId, rev }: { roomId: string; rev: number }): Promise<Resume> {
    const found = await log.since({ roomId, userId, rev, limit: rev === 0 ? 0 : limits.resumeMax })
    const { room, members, messages } = found
    const whole = { epoch: epoch.current(), rev: found.rev, room, ...(members === undefined ? {} : { members }) }
    if (rev !== 0 && rev <= found.rev && messages !== 'too-many') {
      if (messages.reduce((sum, message) => sum + textOf(message), 0) > mostText)
        return readAs(userId, { roomId, rev: 0 })
      return { ...whole, kind: 'changes', head: found.head, messages }
    }
    const newest = await log.page({ roomId, userId, limit: limits.pageSize })
    return { ...whole, kind: 'reset', head: newest.head, messages: newest.messages } // [R5] [R12]
  }

  /** Whoever is a member after the read may have it: members may read all there is. */
  async function readersOf({ room }: Resume, { riders, leader }: { riders: ReadonlySet<string>; leader: string }) {
    if (room.kind === 'public') return () => true
    if (riders.size === 1) return (userId: string) => userId === leader
    const members = new Set((await book.membersOf([room.id])).get(room.id))
    return (userId: string) => members.has(userId)
  }

  /** The first rider who may read lends their name to the read; a refusal is theirs alone. */
  async function read(at: { roomId: string; rev: number }, riders: ReadonlySet<string>): Promise<Shared> {
    let refusal: unknown
    for (const leader of riders) {
      try {
        const answer = await readAs(leader, at)
        return { answer, mayRead: await readersOf(answer, { riders, leader }) }
      } catch (fault) {
        if (!isRefused(fault)) throw fault
        refusal = fault
      }
    }
    throw refusal
  }

  /** A member who hears a room knows of it: what a socket hears is all that repair can see of what its client was told. [A1] */
  async function enter({ userId, socketId }: Resumer, roomId: string): Promise<void> {
    const { member } = await book.get({ roomId, userId })
    if (member === null) return fanout.visit(socketId, roomId) // before the read [R2]
    const standings = await book.standings(userId)
    fanout.join(socketId, roomId) // before the read, too
    const standing = standings.find(({ room }) => room.id === roomId)
    if (standing !== undefined) fanout.toSocketsHere([socketId], 'room:added', standing)
  }

  return {
    async resume({ userId, socketId }, input) {
      const { roomId } = input
      const rev = input.epoch === epoch.current() ? input.rev : 0 // [R5]
      if (!fanout.hears(socketId, roomId)) await enter({ userId, socketId }, roomId)
      try {
        // Postgres is asked every time, so an answer is never older than `atLeast`, which was committed when it was told [R10]
        const { answer, mayRead } = await shared(`${roomId} ${rev}`, userId, (riders) => read({ roomId, rev }, riders))
        if (!mayRead(userId)) throw new Refusal('not-found')
        metrics.resumes.inc({ kind: answer.kind })
        return answer
      } catch (fault) {
        if (isRefused(fault)) fanout.leave(socketId, roomId) // [M2]
        throw fault
      }
    },
  }
}
