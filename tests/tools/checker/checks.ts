/** The promises, one function each: from a history to what breaks it. */
import { isDeepStrictEqual } from 'node:util'
import type { Message } from '#protocol/wire.ts'
import { changesAreKept } from './change-checks.ts'
import { type Check, type History, type OperationRecord, operationsOf, type Truth, type Violation } from './history.ts'
import { noPageIsStale, pagesAreTrue } from './page-checks.ts'
import { barredSeeNothing, membersConverge, presenceConverges, sessionsSurvive } from './people-checks.ts'

const truthsOf = (history: History) => new Map(history.truths.map((truth) => [truth.roomId, truth]))
const sendsOf = (history: History) =>
  [...operationsOf(history).values()].filter(({ kind }) => kind === 'send') as (OperationRecord & { id: string })[]
const byId = (truth: Truth | undefined) => new Map(truth?.messages.map((message) => [message.id, message]))

const nothingLost: Check = (history) => {
  const truths = truthsOf(history)
  return sendsOf(history).flatMap((send) => {
    const [ack] = send.acknowledged
    const kept = byId(truths.get(send.roomId)).get(send.id)
    if (ack === undefined || (kept?.seq === ack.seq && kept?.authorId === send.userId)) return []
    return [{ rule: 'lost', says: 'an acknowledged message is not where it was acknowledged', evidence: [send, kept] }]
  })
}

const nothingDoubled: Check = (history) => [
  ...history.truths.flatMap(({ messages }) => {
    const seen = new Map<string, Message>()
    return messages.flatMap((message) => {
      const twin = seen.get(message.id)
      seen.set(message.id, message)
      return twin === undefined ? [] : [{ rule: 'doubled', says: 'one id stands twice', evidence: [twin, message] }]
    })
  }),
  ...sendsOf(history).flatMap((send) =>
    new Set(send.acknowledged.map(({ seq }) => seq)).size > 1
      ? [{ rule: 'doubled', says: 'one draft was acknowledged at two places', evidence: [send] }]
      : [],
  ),
]

const oneOrder: Check = (history) => {
  const places = new Map<string, Message>()
  for (const { messages } of history.truths) for (const row of messages) places.set(`${row.roomId} ${row.seq}`, row)
  return history.events.flatMap((event) => {
    if (event.type !== 'shown') return []
    const kept = places.get(`${event.message.roomId} ${event.message.seq}`)
    if (kept?.id === event.message.id) return []
    return [{ rule: 'order', says: 'a client saw another message at this place', evidence: [event, kept] }]
  })
}

/** A draft that was refused for certain stands where its author, perhaps much later, chose to try again. */
const authorsInOrder: Check = (history) => {
  const last = new Map<string, OperationRecord>()
  return sendsOf(history).flatMap((send) => {
    const seq = send.acknowledged[0]?.seq
    if (seq === undefined || send.refused.some(({ definite }) => definite)) return []
    const line = `${send.client} ${send.roomId}`
    const before = last.get(line)
    last.set(line, send)
    if (before === undefined || (before.acknowledged[0]?.seq ?? 0) < seq) return []
    return [{ rule: 'author-order', says: "an author's messages changed places", evidence: [before, send] }]
  })
}

const nothingInvented: Check = (history) => {
  const sends = new Map(sendsOf(history).map((send) => [`${send.roomId} ${send.id}`, send]))
  const edits = new Set(
    [...operationsOf(history).values()]
      .filter(({ kind }) => kind === 'edit')
      .map(({ roomId, seq, body }) => `${roomId} ${seq} ${body}`),
  )
  return history.truths.flatMap(({ messages }) =>
    messages.flatMap((row) => {
      const send = sends.get(`${row.roomId} ${row.id}`)
      const written = row.body === null || row.body === send?.body || edits.has(`${row.roomId} ${row.seq} ${row.body}`)
      if (send !== undefined && send.userId === row.authorId && written) return []
      return [{ rule: 'invented', says: 'nobody wrote this', evidence: [row, send] }]
    }),
  )
}

const dense: Check = ({ truths }) =>
  truths.flatMap((truth) => {
    const seqs = truth.messages.map(({ seq }) => seq).sort((a, b) => a - b)
    const hole = seqs.findIndex((seq, index) => seq !== index + 1)
    const revs = new Set(truth.messages.map(({ rev }) => rev))
    const beyond = truth.messages.filter(({ rev }) => rev > truth.rev)
    return [
      ...(hole >= 0 || seqs.length !== truth.head
        ? [{ rule: 'dense', says: 'seq is not 1…head', evidence: [truth.roomId, truth.head, seqs.slice(0, hole + 2)] }]
        : []),
      ...(revs.size !== truth.messages.length || beyond.length > 0
        ? [{ rule: 'dense', says: "two rows share a rev, or one is beyond the room's", evidence: [truth.rev, beyond] }]
        : []),
    ]
  })

/** Spans that any client heard must be those of commits: two of them are the same or do not touch. [R1] */
const spansTile: Check = ({ events }) => {
  const rooms = new Map<string, Map<string, { base: number; rev: number }>>()
  for (const event of events) {
    if (event.type !== 'span') continue
    const spans = rooms.get(event.roomId) ?? new Map()
    rooms.set(event.roomId, spans.set(`${event.base} ${event.rev}`, { base: event.base, rev: event.rev }))
  }
  return [...rooms].flatMap(([roomId, spans]) => {
    const sorted = [...spans.values()].sort((a, b) => a.base - b.base || a.rev - b.rev)
    return sorted.flatMap((span, index) => {
      const before = sorted[index - 1]
      if (before === undefined || before.rev <= span.base) return []
      return [{ rule: 'tile', says: 'the spans of two commits overlap', evidence: [roomId, before, span] }]
    })
  })
}

/** Every rev belongs to one message: else two commits took the same span. A change that changed nothing has its message's own. [R1] */
const revsAreTakenOnce: Check = (history) => {
  const takers = new Map<string, { seq: number; record: OperationRecord }>()
  return [...operationsOf(history).values()].flatMap((record) =>
    record.acknowledged.flatMap(({ seq = record.seq, rev }): Violation[] => {
      if (seq === undefined || rev === 0) return [] // placed by an ack, its rev is not known yet [R11]
      const place = `${record.roomId} ${rev}`
      const taker = takers.get(place)
      if (taker === undefined) takers.set(place, { seq, record })
      if (taker === undefined || taker.seq === seq) return []
      return [{ rule: 'tile', says: 'two commits took one rev', evidence: [taker.record, record] }]
    }),
  )
}

const allConverge: Check = (history) => {
  const truths = truthsOf(history)
  return history.finals.flatMap((final): Violation[] => {
    const truth = truths.get(final.roomId)
    const rows = new Map(truth?.messages.map((row) => [row.seq, row]))
    const wrong = final.messages.find((row) => !isDeepStrictEqual(row, rows.get(row.seq)))
    if (wrong !== undefined) {
      const evidence = [final.client, wrong, rows.get(wrong.seq)]
      return [{ rule: 'converge', says: 'a client still shows something else than Postgres', evidence }]
    }
    const missing = missingTail(final.messages, truth)
    if (final.rev === truth?.rev && final.head === truth.head && missing === undefined) return []
    const evidence = [final.client, final.roomId, { rev: final.rev, head: final.head }, { rev: truth?.rev, missing }]
    return [{ rule: 'converge', says: 'a client did not catch up', evidence }]
  })
}

const allStand: Check = (history) => {
  const truths = truthsOf(history)
  return history.finals.flatMap(({ client, roomId, rev, head }) => {
    const truth = truths.get(roomId)
    if (rev === truth?.rev && head === truth.head) return []
    const evidence = [client, roomId, { rev, head }, { rev: truth?.rev, head: truth?.head }]
    return [{ rule: 'converge', says: 'a client did not catch up', evidence }]
  })
}

/** What a client shows must be one stretch that reaches the head; answers the first seq it lacks. */
function missingTail(shown: readonly Message[], truth: Truth | undefined): number | undefined {
  const seqs = new Set(shown.map(({ seq }) => seq))
  const first = Math.min(...seqs, truth?.head ?? 0)
  return truth?.messages.map(({ seq }) => seq).find((seq) => seq >= first && !seqs.has(seq))
}

const unreadIsTrue: Check = (history) => {
  const truths = truthsOf(history)
  return history.finals.flatMap((final) => {
    const truth = truths.get(final.roomId)
    const unread = (truth?.head ?? 0) - (truth?.lastRead.get(final.userId) ?? 0)
    if (final.unread === unread) return []
    return [{ rule: 'unread', says: 'a client counts wrong', evidence: [final.client, final.unread, unread] }]
  })
}

const definiteMeansNo: Check = (history) => {
  const truths = truthsOf(history)
  return sendsOf(history).flatMap((send) => {
    const neverHappened =
      send.refused.length > 0 && send.acknowledged.length === 0 && send.refused.every(({ definite }) => definite)
    const kept = byId(truths.get(send.roomId)).get(send.id)
    if (!neverHappened || kept === undefined || kept.authorId !== send.userId) return []
    return [{ rule: 'definite', says: 'what was refused for certain happened all the same', evidence: [send, kept] }]
  })
}

/** After every fault, as at the end: whoever is not right in time never was told. [A1] [P2] */
const allAgree: Check = ({ events }) =>
  events.flatMap((event) =>
    event.type === 'agreed' && event.wrong.length > 0
      ? [{ rule: 'agree', says: 'a fault was over, and not everybody was right in time', evidence: [event] }]
      : [],
  )

/** What can be told of a moment without the messages themselves. */
export const standing: readonly Check[] = [allStand, unreadIsTrue, membersConverge, presenceConverges]

/** Those that may take a moment of quiet to come true; every other broken promise stays broken. */
export const settling: readonly Check[] = [allConverge, unreadIsTrue, membersConverge, presenceConverges]

export const checks: readonly Check[] = [
  nothingLost,
  nothingDoubled,
  oneOrder,
  authorsInOrder,
  nothingInvented,
  dense,
  spansTile,
  revsAreTakenOnce,
  allConverge,
  unreadIsTrue,
  definiteMeansNo,
  changesAreKept,
  noPageIsStale,
  pagesAreTrue,
  sessionsSurvive,
  barredSeeNothing,
  membersConverge,
  presenceConverges,
  allAgree,
]
