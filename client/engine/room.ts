/** Follows one room: applies what joins on, asks for what is missing, and shows what is loaded. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Changes, Message, Position, Resume, Room as RoomView, Sent } from '#protocol/wire.ts'
import type { Call } from './answer.ts'
import { openCell } from './cell.ts'
import type { Clock } from './clock.ts'
import type { DraftView, Timeline } from './face.ts'
import { openKeeper } from './keeper.ts'
import { openMembers } from './members.ts'
import { openPosition } from './position.ts'
import { openResume } from './resume.ts'
import { openRowMaker } from './rows.ts'
import type { Shelf } from './shelf.ts'
import { openTimeline } from './timeline.ts'

type Needs = {
  roomId: string
  userId: string
  call: Call
  isOnline: () => boolean
  shelf: Shelf
  clock: Clock
  random: () => number
  drafts: () => readonly DraftView[]
  /** These came in, live, by a resume or from the disk. */
  onMessages: (messages: readonly Message[]) => void
  /** Also where it stands: what came before we could hear it is told by nobody else. */
  onRoom: (room: RoomView, rev: number, head: number) => void
}

/** A disk that takes longer than this must not hold up the first resume. */
const diskMs = 500
/** Rows kept in memory of a room that nobody looks at, and at most of one that somebody leaves open for days. */
const keptRows = 400
const mostRows = 10_000

export type Room = ReturnType<typeof openRoom>

export function openRoom(needs: Needs) {
  const { roomId, userId, call, isOnline, shelf, clock, random, drafts, onMessages, onRoom } = needs
  const position = openPosition()
  const loaded = openTimeline()
  const rowsOf = openRowMaker({ userId })
  const room = openCell<RoomView | null>(null)
  const keeper = openKeeper({ roomId, shelf, clock, loaded: whatIsLoaded })
  const members = openMembers({ onChange: keeper.noteMembers })
  const first = Promise.withResolvers<void>()
  let head = 0
  let paging: 'none' | 'older' | 'newer' = 'none'
  let dividerSeq: number | null = null
  let shut: RefusalCode | null = null
  let pagingFault: RefusalCode | null = null
  let viewers = 0
  /** The revs of which room and members are known live: an answer that was overtaken must not take them back. */
  let told = { room: 0, members: 0 }
  let isReady = false
  let isClosed = false
  const resume = openResume({
    roomId,
    position,
    call,
    clock,
    random,
    canAsk: () => isReady && isOnline(),
    isWatched: () => viewers > 0,
    onAnswer: takeAnswer,
    onRefused: shutBy,
    onChange: render,
  })
  const timeline = openCell<Timeline>(view())

  function whatIsLoaded() {
    const [at, tail] = [position.at(), loaded.tail()]
    if (at === null || tail === null) return null
    return { position: at, head: tail.to, rows: loaded.slice(tail), members: members.cell.get() }
  }

  function view(): Timeline {
    const window = loaded.window()
    const fault = shut ?? pagingFault
    const isCatchingUp = resume.isAsking() && position.isBehind()
    while (dividerSeq !== null && loaded.message(dividerSeq)?.authorId === userId) dividerSeq += 1
    return {
      rows: rowsOf(loaded, drafts(), head),
      loading: window === null && shut === null ? 'first' : paging === 'none' && isCatchingUp ? 'newer' : paging,
      atStart: window !== null && window.from <= 1,
      atEnd: loaded.isAtEnd(),
      head,
      dividerSeq: dividerSeq !== null && dividerSeq <= head ? dividerSeq : null,
      ...(fault === null ? {} : { fault }),
    }
  }

  function render(): void {
    if (viewers > 0 && !isClosed) timeline.set(view())
  }

  /** Shows what the disk has, then asks for the rest. */
  async function load(): Promise<void> {
    const cancel = clock.after(diskMs, begin)
    const kept = await shelf.room(roomId).catch(() => null)
    cancel()
    if (kept !== null && position.at() === null && !isClosed) {
      loaded.reset({ messages: kept.rows, head: kept.head, rev: kept.position.rev, keepAhead: true })
      head = Math.max(head, kept.head)
      members.restore(kept.members)
      keeper.startAt(kept.position.rev)
      onMessages(kept.rows)
      apply(position.advance(kept.position))
      first.resolve()
    }
    begin()
  }

  function begin(): void {
    if (isReady) return
    isReady = true
    render()
    resume.begin()
  }

  function merge(messages: readonly Message[], itsHead: number): void {
    loaded.merge(messages)
    keeper.note(messages)
    members.haveWritten(messages)
    if ((loaded.tail()?.to ?? itsHead) < itsHead) resume.startOver() // seqs have no holes: somebody erred [R1]
    onMessages(messages)
  }

  function apply(spans: readonly Changes[]): void {
    for (const span of spans) {
      merge(span.messages, span.head)
      if (span.room !== undefined) takeRoom(span.room, span.rev, span.head)
      if (span.room !== undefined) told.room = span.rev
      if (span.members !== undefined) members.take(span.members)
      if (span.members !== undefined) told.members = span.rev
    }
    loaded.settle(position.at()?.rev ?? 0)
  }

  function takeRoom(next: RoomView, rev: number, itsHead: number): void {
    room.set(next)
    onRoom(next, rev, itsHead)
  }

  function takeAnswer(answer: Resume, asked: Position | null): void {
    const { epoch, rev, messages } = answer
    const now = position.at()
    const joinsOn = now === null || (asked !== null && now.epoch === epoch && asked.rev <= rev) // [R5] [R12]
    shut = null
    head = Math.max(joinsOn ? head : 0, answer.head)
    if (!joinsOn) told = { room: 0, members: 0 }
    if (rev >= told.room) takeRoom(answer.room, rev, answer.head)
    if (answer.members !== undefined && rev >= told.members) members.replace(answer.members, joinsOn)
    if (answer.kind === 'changes' && loaded.tail() !== null) merge(messages, answer.head)
    else if (!joinsOn || now === null || now.rev < rev) {
      // Else live changes were faster than a reset, and complete.
      loaded.reset({ messages, head: answer.head, rev, keepAhead: joinsOn })
      keeper.startAnew(!joinsOn)
      onMessages(messages)
    }
    if (joinsOn) apply(position.advance({ epoch, rev }))
    else position.restart({ epoch, rev })
    loaded.settle(rev)
    first.resolve()
  }

  /** We are no member any more, or there is no such room. */
  function shutBy(code: RefusalCode): void {
    shut = code
    first.resolve()
    render()
  }

  void load()
  return {
    roomId,
    timeline,
    members: members.cell,
    room,
    loaded,
    position: position.at,
    /** Resolves when there is something to page from, or nothing to be had. */
    first: first.promise,
    isWatched: () => viewers > 0,
    render,
    shutBy,
    /** Somebody named a revision and a head: we may be behind. */
    hear(rev: number, itsHead: number): void {
      position.hear(rev)
      head = Math.max(head, itsHead)
      render()
      resume.watch()
    },
    takeChanges(span: Changes): void {
      head = Math.max(head, span.head)
      apply(position.take(span))
      if (head - (loaded.tail()?.from ?? head) > 2 * mostRows) loaded.trim(mostRows)
      render()
      resume.watch()
    },
    /** Our own message by its ack: the row is placed, the position stays. Who calls renders. [R11] */
    takeSent(message: Message, { seq, rev }: Sent): void {
      loaded.merge([message])
      keeper.note([message])
      head = Math.max(head, seq)
      position.hear(rev)
      resume.watch()
    },
    hasRead: members.hasRead,
    /** Connected anew: a room on screen asks at once, one in the background when it is looked at. */
    takeHello(rev: number, itsHead: number): void {
      position.forget()
      position.hear(rev)
      pagingFault = null
      head = Math.max(head, itsHead)
      resume.want()
    },
    /** Somebody looks at it; `firstUnread` gets the divider. */
    enter(firstUnread: number | null): void {
      viewers += 1
      if (viewers === 1) dividerSeq = firstUnread
      render()
      resume.want()
    },
    leave(): void {
      viewers -= 1
      if (viewers > 0) return
      loaded.showLatest()
      loaded.trim(keptRows)
    },
    setDivider(seq: number | null): void {
      if (dividerSeq === seq) return
      dividerSeq = seq
      render()
    },
    setPaging(next: 'none' | 'older' | 'newer', fault: RefusalCode | null = null): void {
      paging = next
      pagingFault = fault
      render()
    },
    keep: keeper.flush,
    close(): void {
      keeper.flush()
      isClosed = true
      resume.close()
    },
  }
}
