/** One answer to every kind of absence: what changed in a room since a position, or where to start anew. */
import { limits } from '#protocol/limits.ts'
import type { Message, Resume, ResumeInput, Standing } from '#protocol/wire.ts'
import { openBundle } from '../kit/bundle.ts'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { MessageLog, Position } from '../store/message-log.ts'
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

type At = { roomId: string; rev: number }
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

/** Rooms of one read. */
const mostRooms = 20
/** Between two reads of several rooms. */
const stormPaceMs = 100

/** Characters beyond which starting anew is kinder than catching up. */
const mostText = 500_000

const textOf = ({ body, reactions }: Message) => (body ?? '').length + JSON.stringify(reactions ?? {}).length

const isRefused = (fault: unknown) => fault instanceof Refusal && fault.code === 'not-found'

export function openResumes({ log, book, fanout, epoch, clock, metrics }: Needs): Resumes {
  const shared = openSharedRead<Shared>({ clock })
  /** Rooms that are asked for at the same time are read together. [R8] */
  const since = openBundle(
    async (positions: Position[]) => {
      const found = await log.since(positions)
      return new Map(positions.map((position, index) => [position, found[index] ?? null]))
    },
    { most: mostRooms, paceMs: 0, stormPaceMs, clock },
  )

  /** `rev: 0` asks for the newest page. */
  async function read({ roomId, rev }: At, riders: ReadonlySet<string>): Promise<Shared> {
    const position = { roomId, userIds: [...riders], rev, limit: rev === 0 ? 0 : limits.resumeMax }
    const found = (await since([position])).get(position)
    if (!found) throw new Refusal('not-found')
    const { room, members, messages, readers } = found
    const whole = { epoch: epoch.current(), rev: found.rev, room, ...(members === undefined ? {} : { members }) }
    if (rev === 0 || rev > found.rev || messages === 'too-many') return await startAnew(whole, readers)
    if (messages.reduce((sum, message) => sum + textOf(message), 0) > mostText)
      return await read({ roomId, rev: 0 }, riders)
    const mayRead = new Set(readers)
    return {
      answer: { ...whole, kind: 'changes', head: found.head, messages },
      mayRead: (userId) => mayRead.has(userId),
    }
  }

  /** The rev was read before the page, so the page may only know more. [R5] [R9] [R12] */
  async function startAnew(
    whole: Omit<Resume, 'kind' | 'head' | 'messages'>,
    readers: readonly string[],
  ): Promise<Shared> {
    const { id: roomId, kind } = whole.room
    for (const userId of readers) {
      try {
        const { head, messages } = await log.page({ roomId, userId, limit: limits.pageSize })
        const mayRead = kind === 'public' ? () => true : await readersOf(roomId, { readers, leader: userId })
        return { answer: { ...whole, kind: 'reset', head, messages }, mayRead }
      } catch (fault) {
        if (!isRefused(fault)) throw fault // that reader's alone: they were removed meanwhile
      }
    }
    throw new Refusal('not-found')
  }

  /** Whoever is a member after the read may have it: members may read all there is. */
  async function readersOf(roomId: string, { readers, leader }: { readers: readonly string[]; leader: string }) {
    if (readers.length === 1) return (userId: string) => userId === leader
    const members = new Set((await book.membersOf([roomId])).get(roomId))
    return (userId: string) => members.has(userId)
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
