import { expect, test } from 'vitest'
import {
  changeOf,
  editOf,
  type GoodRun,
  goodRun,
  intruder,
  pageOf,
  room,
  row,
  rows,
  withEvents,
  withFirstFinal,
  withTruth,
} from '../kit/good-run.ts'
import type { Event, History } from '../tools/checker/history.ts'
import { judge } from '../tools/checker/verdict.ts'

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

test('a draft that was refused and tried again later stands where it was tried again', () => {
  const run = goodRun()
  const ofLast = (event: Event) => 'op' in event && event.op === 'send m60'
  const first = run.events.filter((event) => ofLast(event) && event.type === 'invoked')
  const early = first.map((event) => ({ ...event, at: 1 }))
  const refused: Event = { at: 2, type: 'refused', op: 'send m60', client: 'bob-1', code: 'not-found', definite: true }
  const rulesFor = (events: Event[]) => rulesOf({ ...run, events: [...events, ...run.events] }).rules
  expect(early).toHaveLength(1)
  expect(rulesFor(early)).toEqual(['author-order'])
  expect(rulesFor([...early, refused])).toEqual([])
})

test('what somebody who was put out had seen before is no news', () => {
  const run = withEvents(
    goodRun(),
    { at: 900, type: 'barred', userId: 'bob', roomId: room },
    { at: 9_000, type: 'shown', client: 'bob-1', userId: 'bob', message: row(60, 'bob') },
  )
  expect(judge(run, { finals: 2 })).toMatchObject({ verdict: 'valid', violations: [] })
})

test('what was just acknowledged may still be on its way into the pages, and one whose device is revoked is signed out', () => {
  const run = withEvents(
    goodRun(),
    { ...pageOf(rows.slice(0, -1)), invokedAt: 60 * 10 + 200, isNewest: true },
    { at: 900, type: 'barred', userId: 'ada', roomId: 'all' },
    { at: 899, type: 'signed-out', client: 'ada-1', userId: 'ada', reason: 'revoked' },
    ...changeOf({ kind: 'react', seq: 3, emoji: '🐢', on: false }),
  )
  const finals = run.finals.map((final) => ({ ...final, members: ['bob', 'ada'], online: ['ada'] }))
  const outcome = judge({ ...run, finals, present: ['ada'], audits: { compared: 9, stale: 0 } }, { finals: 2 })
  expect(outcome).toMatchObject({ verdict: 'valid', violations: [] })
})

type Plant = [rule: string, how: string, plant: (run: GoodRun) => History]

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
    'tile',
    'two commits took one rev',
    (run) => withEvents(run, { at: 900, type: 'acknowledged', op: 'send m7', client: 'ada-1', seq: 7, rev: 8 }),
  ],
  [
    'agree',
    'somebody was still wrong long after a fault',
    (run) => {
      const wrong = [{ rule: 'presence', says: 'a client shows others than there are', evidence: [] }]
      return withEvents(run, { at: 700, type: 'agreed', fault: 'kill node 2', tookMs: 20_000, wrong })
    },
  ],
  [
    'converge',
    'a client shows an old body',
    (run) =>
      withFirstFinal(run, {
        messages: rows.map((message) => (message.seq === 9 ? { ...message, body: 'old' } : message)),
      }),
  ],
  ['change-lost', 'an acknowledged edit is not there', (run) => withEvents(run, ...editOf('forgotten', 3))],
  [
    'change-lost',
    'an acknowledged reaction is not there',
    (run) => withEvents(run, ...changeOf({ kind: 'react', seq: 3, emoji: '🐢', on: true })),
  ],
  [
    'change-lost',
    'an acknowledged deletion is not there',
    (run) => withEvents(run, ...changeOf({ kind: 'delete', seq: 3 })),
  ],
  [
    'stale',
    'a page lacks what was acknowledged long before',
    (run) => withEvents(run, { ...pageOf(rows.slice(0, -1)), invokedAt: 60 * 10 + 4_000, isNewest: true }),
  ],
  [
    'stale',
    'a page has an old row',
    (run) => withEvents(run, { ...pageOf(rows.with(6, row(7, 'ada', { rev: 6 }))), invokedAt: 9_000 }),
  ],
  [
    'stale',
    'a page read in the end has an old body',
    (run) => ({
      ...run,
      pages: [{ client: 'ada-1', roomId: room, source: 'cache', messages: [row(4, 'bob', { body: 'old' })] }],
    }),
  ],
  ['stale', 'a node found an old answer', (run) => ({ ...run, audits: { compared: 900, stale: 1 } })],
  ['members', 'a client does not know a member', (run) => withFirstFinal(run, { members: ['ada'] })],
  ['members', 'a client knows one who left', (run) => withFirstFinal(run, { members: ['ada', 'bob', 'eve'] })],
  [
    'presence',
    'a client sees somebody who is gone',
    (run) => ({ ...withFirstFinal(run, { online: ['ada', 'bob'] }), present: ['ada'] }),
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
    'session',
    'somebody whose device was revoked once was signed out twice',
    (run) =>
      withEvents(
        run,
        { at: 900, type: 'barred', userId: 'ada', roomId: 'all' },
        { at: 901, type: 'signed-out', client: 'ada-1', userId: 'ada', reason: 'revoked' },
        { at: 1_900, type: 'signed-out', client: 'ada-1', userId: 'ada', reason: 'expired' },
      ),
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
