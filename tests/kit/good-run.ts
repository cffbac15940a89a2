/** A run in which all went well, and ways to spoil it: for the tests of the checker. */
import type { Message } from '#protocol/wire.ts'
import type { Event, FinalView, History, Operation, Truth } from '../tools/checker/history.ts'

export const room = 'r'
export const row = (seq: number, authorId: string, more: Partial<Message> = {}): Message => ({
  roomId: room,
  seq,
  rev: seq,
  id: `m${seq}`,
  authorId,
  body: `text ${seq}`,
  sentAt: '2026-01-01T00:00:00.000Z',
  ...more,
})

export const rows = Array.from({ length: 60 }, (_, index) => row(index + 1, index % 2 === 0 ? 'ada' : 'bob'))

function sendsOf(message: Message): Event[] {
  const op = `send ${message.id}`
  const client = `${message.authorId}-1`
  const { roomId, id, authorId: userId, seq, rev } = message
  return [
    { at: seq * 10, type: 'invoked', op, client, userId, kind: 'send', roomId, id, body: `text ${seq}` },
    { at: seq * 10 + 5, type: 'acknowledged', op, client, seq, rev },
    { at: seq * 10 + 6, type: 'shown', client: 'ada-1', userId: 'ada', message },
    { at: seq * 10 + 6, type: 'shown', client: 'bob-1', userId: 'bob', message },
    { at: seq * 10 + 6, type: 'span', client: 'ada-1', roomId, base: rev - 1, rev },
  ]
}

export type GoodRun = ReturnType<typeof goodRun>

/** A run in which all went well: two people, sixty messages, a node killed in the middle. */
export function goodRun() {
  const fault: Event[] = [
    { at: 100, type: 'fault', fault: 'kill node 2', phase: 'begin' },
    { at: 500, type: 'fault', fault: 'kill node 2', phase: 'end' },
  ]
  const truth: Truth = {
    roomId: room,
    rev: 60,
    head: 60,
    messages: rows,
    lastRead: new Map([
      ['ada', 60],
      ['bob', 58],
    ]),
  }
  const view = { roomId: room, rev: 60, head: 60, messages: rows }
  const finals: FinalView[] = [
    { ...view, client: 'ada-1', userId: 'ada', unread: 0 },
    { ...view, client: 'bob-1', userId: 'bob', unread: 2 },
  ]
  return { events: [...fault, ...rows.flatMap(sendsOf)], finals, truths: [truth] }
}

export const withTruth = (run: GoodRun, change: Partial<Truth>): History => ({
  ...run,
  truths: run.truths.map((truth) => ({ ...truth, ...change })),
})
export const withFirstFinal = (run: GoodRun, change: Partial<FinalView>): History => ({
  ...run,
  finals: run.finals.map((final, index) => (index === 0 ? { ...final, ...change } : final)),
})
export const withEvents = (run: GoodRun, ...events: Event[]): History => ({
  ...run,
  events: [...run.events, ...events],
})
export const intruder = row(61, 'bob')

export function changeOf(change: Pick<Operation, 'kind' | 'seq' | 'emoji' | 'on' | 'body'>): Event[] {
  const op = `${change.kind} ${change.seq}`
  const about = { op, client: 'ada-1', userId: 'ada', roomId: room }
  return [
    { at: 800, type: 'invoked', ...about, ...change },
    { at: 801, type: 'acknowledged', op, client: 'ada-1', rev: 3 },
  ]
}
export const editOf = (body: string, seq: number) => changeOf({ kind: 'edit', seq, body })

export function pageOf(messages: readonly Message[]): Event & { type: 'page' } {
  const revs = new Map(messages.map(({ seq, rev }) => [seq, rev]))
  const at = { at: 9_100, invokedAt: 9_000 }
  return { ...at, type: 'page', client: 'ada-1', roomId: room, source: 'cache', isNewest: false, revs }
}
