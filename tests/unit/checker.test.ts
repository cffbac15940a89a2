import { expect, test } from 'vitest'
import type { Message } from '#protocol/wire.ts'
import type { Event, FinalView, History, Truth } from '../tools/checker/history.ts'
import { judge } from '../tools/checker/verdict.ts'

const room = 'r'
const row = (seq: number, authorId: string, more: Partial<Message> = {}): Message => ({
  roomId: room,
  seq,
  rev: seq,
  id: `m${seq}`,
  authorId,
  body: `text ${seq}`,
  sentAt: '2026-01-01T00:00:00.000Z',
  ...more,
})

const rows = Array.from({ length: 60 }, (_, index) => row(index + 1, index % 2 === 0 ? 'ada' : 'bob'))

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

/** A run in which all went well: two people, sixty messages, a node killed in the middle. */
function goodRun() {
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

const rulesOf = (history: History) => {
  const { verdict, violations } = judge(history, { finals: 2 })
  return { verdict, rules: [...new Set(violations.map(({ rule }) => rule))] }
}

test('a run in which all went well is valid', () => {
  expect(judge(goodRun(), { finals: 2 })).toMatchObject({
    verdict: 'valid',
    violations: [],
    doubts: [],
    acknowledged: 60,
  })
})

test('a run that hardly touched its fault, or did not hear every client out, is unknown', () => {
  const calm = goodRun()
  calm.events = calm.events.map((event) => (event.type === 'fault' ? { ...event, at: event.at + 500 } : event))
  expect(judge(calm, { finals: 2 }).verdict).toBe('unknown')
  expect(judge({ ...goodRun(), finals: [] }, { finals: 2 }).verdict).toBe('unknown')
  expect(judge({ events: [], finals: [], truths: [] }, { finals: 0 }).verdict).toBe('unknown')
})

test('what somebody who was put out had seen before is no news', () => {
  const run = withEvents(
    goodRun(),
    { at: 900, type: 'barred', userId: 'bob', roomId: room },
    { at: 9_000, type: 'shown', client: 'bob-1', userId: 'bob', message: row(60, 'bob') },
  )
  expect(judge(run, { finals: 2 })).toMatchObject({ verdict: 'valid', violations: [] })
})

type Plant = [rule: string, how: string, plant: (run: ReturnType<typeof goodRun>) => History]

const withTruth = (run: ReturnType<typeof goodRun>, change: Partial<Truth>): History => ({
  ...run,
  truths: run.truths.map((truth) => ({ ...truth, ...change })),
})
const withFirstFinal = (run: ReturnType<typeof goodRun>, change: Partial<FinalView>): History => ({
  ...run,
  finals: run.finals.map((final, index) => (index === 0 ? { ...final, ...change } : final)),
})
const withEvents = (run: ReturnType<typeof goodRun>, ...events: Event[]): History => ({
  ...run,
  events: [...run.events, ...events],
})
const intruder = row(61, 'bob')

const plants: Plant[] = [
  ['lost', 'an acknowledged message is gone', (run) => withTruth(run, { messages: rows.slice(0, -1), head: 59 })],
  [
    'lost',
    'an acknowledged message moved',
    (run) =>
      withTruth(run, { messages: rows.map((message) => (message.seq === 3 ? { ...message, id: 'other' } : message)) }),
  ],
  [
    'doubled',
    'one id stands twice',
    (run) => withTruth(run, { messages: [...rows, row(61, 'bob', { id: 'm60' })], head: 61, rev: 61 }),
  ],
  [
    'doubled',
    'one draft was acknowledged twice',
    (run) => withEvents(run, { at: 900, type: 'acknowledged', op: 'send m1', client: 'ada-1', seq: 2, rev: 2 }),
  ],
  [
    'order',
    'a client saw two messages change places',
    (run) =>
      withEvents(run, { at: 900, type: 'shown', client: 'ada-1', userId: 'ada', message: row(5, 'bob', { id: 'm4' }) }),
  ],
  [
    'author-order',
    'a later draft came first',
    (run) => {
      const swap = (seq: number | undefined) => (seq === 1 ? 3 : seq === 3 ? 1 : (seq ?? 0))
      return {
        ...run,
        events: run.events.map((event) => (event.type === 'acknowledged' ? { ...event, seq: swap(event.seq) } : event)),
      }
    },
  ],
  [
    'invented',
    'a message that nobody sent',
    (run) => withTruth(run, { messages: [...rows, intruder], head: 61, rev: 61 }),
  ],
  [
    'invented',
    'a body that nobody wrote',
    (run) =>
      withTruth(run, {
        messages: rows.map((message) => (message.seq === 3 ? { ...message, body: 'forged' } : message)),
      }),
  ],
  [
    'dense',
    'a hole in seq',
    (run) =>
      withTruth(run, { messages: rows.map((message) => (message.seq === 60 ? { ...message, seq: 61 } : message)) }),
  ],
  [
    'dense',
    'two rows share a rev',
    (run) =>
      withTruth(run, { messages: rows.map((message) => (message.seq === 60 ? { ...message, rev: 59 } : message)) }),
  ],
  [
    'tile',
    'two spans overlap',
    (run) => withEvents(run, { at: 900, type: 'span', client: 'bob-1', roomId: room, base: 10, rev: 12 }),
  ],
  [
    'converge',
    'a client shows an old body',
    (run) =>
      withFirstFinal(run, {
        messages: rows.map((message) => (message.seq === 9 ? { ...message, body: 'old' } : message)),
      }),
  ],
  ['converge', 'a client stands behind', (run) => withFirstFinal(run, { rev: 59 })],
  ['converge', 'a client has a hole', (run) => withFirstFinal(run, { messages: rows.filter(({ seq }) => seq !== 30) })],
  ['converge', 'a client shows nothing', (run) => withFirstFinal(run, { messages: [] })],
  ['unread', 'a client counts wrong', (run) => withFirstFinal(run, { unread: 1 })],
  [
    'definite',
    'a refused message is there',
    (run) => ({
      ...run,
      events: run.events.map((event) =>
        event.type === 'acknowledged' && event.op === 'send m7'
          ? { at: event.at, type: 'refused', op: event.op, client: event.client, code: 'overloaded', definite: true }
          : event,
      ),
    }),
  ],
  [
    'session',
    'somebody was signed out',
    (run) => withEvents(run, { at: 900, type: 'signed-out', client: 'ada-1', userId: 'ada', reason: 'expired' }),
  ],
  [
    'barred',
    'a removed member hears on',
    (run) =>
      withEvents(
        run,
        { at: 900, type: 'barred', userId: 'bob', roomId: room },
        { at: 9_000, type: 'shown', client: 'bob-1', userId: 'bob', message: row(60, 'ada', { rev: 61 }) },
      ),
  ],
]

test.each(plants)('the checker finds a planted violation of %s: %s', (rule, _how, plant) => {
  const { verdict, rules } = rulesOf(plant(goodRun()))
  expect(verdict).toBe('invalid')
  expect(rules).toContain(rule)
})
