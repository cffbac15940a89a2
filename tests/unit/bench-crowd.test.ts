/** The crowd of the benchmark: it must count only what was really heard, and hear it for next to nothing. */
import { expect, test } from 'vitest'
import type { Changes, Message } from '#protocol/wire.ts'
import { arrive, delayQuantile, delaysOf } from '../tools/bench/crowd/delays.ts'
import { bodyOf, dialects, resumePacket, spanOf } from '../tools/bench/crowd/dialects.ts'
import { hasPassed, per100k, type Step } from '../tools/bench/crowd/measure.ts'
import { coprimeTo, roomIdsOf, spreadOver } from '../tools/bench/crowd/seats.ts'
import { nameBytes, openSkim } from '../tools/bench/crowd/skim.ts'
import { bestOf, resumesPerCommits } from '../tools/bench/crowd/tables.ts'
import { emptyTally, isSame, join, tallyOf } from '../tools/bench/crowd/tally.ts'
import { target } from '../tools/bench/crowd/target.ts'
import { openViewer } from '../tools/bench/crowd/viewer.ts'
import { drawRatios, ratiosOf } from '../tools/bench/recorded.ts'

/** Messages `base + 1` to `rev`, each numbered as its rev. */
const spanAt = (base: number, rev: number) =>
  spanOf(
    { roomId: 'r', base, rev },
    Array.from({ length: rev - base }, (_, n) => ({ n: base + n + 1, rev: base + n + 1 })),
  )
const upTo = (last: number) => tallyOf(Array.from({ length: last }, (_, n) => n + 1))

test('tallies are equal for equal sets and for no others that look alike', () => {
  expect(isSame(tallyOf([3, 1, 2]), tallyOf([1, 2, 3]))).toBe(true)
  expect(isSame(tallyOf([1, 4]), tallyOf([2, 3]))).toBe(false) // same count, same sum
  expect(isSame(tallyOf([1, 1]), tallyOf([1]))).toBe(false)
  const joined = emptyTally()
  for (const part of [tallyOf([1, 2]), tallyOf([3])]) join(joined, part)
  expect(isSame(joined, upTo(3))).toBe(true)
})

test('a viewer applies what joins on, keeps what lies ahead, and counts nothing twice', () => {
  const viewer = openViewer({ ordered: true, random: () => 0 })
  viewer.start(0)
  expect(viewer.take(spanAt(0, 2), 0)).toHaveLength(1)
  expect(viewer.take(spanAt(5, 6), 1)).toHaveLength(0)
  expect(viewer.isBehind()).toBe(true)
  expect(viewer.take(spanAt(0, 2), 2)).toHaveLength(0)
  expect(viewer.take(spanAt(2, 5), 3).map(({ rev }) => rev)).toEqual([5, 6])
  expect(isSame(viewer.tally, upTo(6))).toBe(true)
  viewer.take(spanAt(4, 8), 4) // two of them are known
  expect(isSame(viewer.tally, upTo(8))).toBe(true)
  expect(viewer.isBehind()).toBe(false)
})

test('a hole is asked about once, after 300 ms, and what the answer brings is counted', () => {
  const viewer = openViewer({ ordered: true, random: () => 0.5 })
  viewer.start(0)
  viewer.take(spanAt(1, 2), 1_000)
  expect(viewer.mustAsk(1_399)).toBe(false)
  expect(viewer.mustAsk(1_400)).toBe(true)
  expect(viewer.mustAsk(2_000)).toBe(false)
  viewer.resume(1, spanAt(0, 1).messages)
  expect(isSame(viewer.tally, upTo(2))).toBe(true)
  viewer.hear(9, 3_000) // a beacon
  expect(viewer.mustAsk(3_500)).toBe(true)
})

test('without positions every message counts as it comes, and one that comes twice is no complete sequence', () => {
  const viewer = openViewer({ ordered: false, random: () => 0 })
  const plain = spanOf({ roomId: 'r', base: 0, rev: 0 }, [{ n: 1, rev: 0 }])
  viewer.take(plain, 0)
  expect(isSame(viewer.tally, upTo(1))).toBe(true)
  viewer.take(plain, 0)
  expect(isSame(viewer.tally, upTo(1))).toBe(false)
})

test('delays are those of messages, each as often as somebody got it', () => {
  const span = spanAt(0, 2)
  for (const at of [110, 110, 120]) arrive(span, at)
  const sent = [Number.NaN, 100, 104]
  const delays = delaysOf([span], (n) => sent[n] ?? 0)
  // 10, 10, 20 and 6, 6, 16
  expect([0, 0.4, 0.5, 0.7, 0.99].map((share) => delayQuantile(delays, share))).toEqual([6, 10, 10, 16, 20])
  expect(delayQuantile(new Uint32Array(4), 0.5)).toBe(0)
})

/** As a server frames it. */
function framed(text: string): Buffer {
  const body = Buffer.from(text)
  const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from(head), body])
}

test('a frame that is known by its beginning is told once it is whole, and never read', () => {
  const long = `42["room:changes",${'x'.repeat(1_000)}]`
  const stream = Buffer.concat([framed('2'), framed(long), framed('40{}'), framed(long)])
  for (const size of [1, 7, 200, 100_000]) {
    const told: string[] = []
    const known = new Map<string, string>()
    const skim = openSkim<string>({
      recall: (name) => known.get(name),
      onKnown: (what) => told.push(what),
      onFrame: (opcode, text) => {
        expect(opcode).toBe(1)
        told.push(text)
        if (text === long) known.set(text.slice(0, nameBytes), 'known')
      },
    })
    const piece = Buffer.alloc(size) // used over and over, as the socket's is
    for (let at = 0; at < stream.length; at += size) {
      const there = stream.copy(piece, 0, at, at + size)
      skim(piece.subarray(0, there))
    }
    expect(told).toEqual(['2', long, '40{}', 'known'])
  }
})

test('every candidate is spoken to in its own words, and what it says of message 7 is message 7', () => {
  const body = bodyOf(7, 120)
  expect(body).toHaveLength(120)
  const message = { body, rev: 3 } as Message
  const changes = { roomId: 'r', base: 2, rev: 3, head: 3, messages: [message] } satisfies Changes
  const said = {
    parley: `42["room:changes",${JSON.stringify(changes)}]`,
    usual: `42["message",${JSON.stringify({ roomId: 'r', body })}]`,
    bare: JSON.stringify({ roomId: 'r', body }),
  }
  for (const [name, text] of Object.entries(said)) {
    const heard = dialects[name as keyof typeof said].hear(text, ['r'])
    expect(heard.kind === 'span' && heard.span.roomId).toBe('r')
    expect(heard.kind === 'span' && heard.span.messages.map(({ n }) => n)).toEqual([7])
  }
  const { parley, usual, bare } = dialects
  expect(parley.send('r', body)).toMatch(/^421\["message:send",\{"roomId":"r","id":"[-0-9a-f]{36}","body":"00000007/)
  expect(usual.send('r', body)).toBe(`421["message",${JSON.stringify({ roomId: 'r', body })}]`)
  expect(JSON.parse(bare.send('r', body))).toEqual({ roomId: 'r', body })
  expect(resumePacket({ roomId: 'r', epoch: 'e', rev: 4 })).toBe(
    '422["room:resume",{"roomId":"r","epoch":"e","rev":4}]',
  )
  expect(parley.hear('431[{"ok":false,"code":"overloaded"}]', [])).toEqual({ kind: 'sent', refused: 'overloaded' })
  expect(parley.hear('42["room:head",{"roomId":"r","rev":5,"head":5}]', [])).toEqual({
    kind: 'beacon',
    roomId: 'r',
    rev: 5,
  })
})

test('people sit in the rooms of their block, and the nodes take them in turn', () => {
  const plan = { place: 2, users: 8, block: 4, rooms: 2 }
  expect(roomIdsOf(plan, 0)).toEqual(roomIdsOf(plan, 3))
  expect(roomIdsOf(plan, 4)[0]).toMatch(/2$/)
  expect(new Set([...roomIdsOf(plan, 0), ...roomIdsOf(plan, 7)]).size).toBe(4)
  const seats = Array.from({ length: 3 }, () => ({ cookie: '', roomIds: [] }))
  expect(spreadOver(seats, [1, 2]).map(({ port }) => port)).toEqual([1, 2, 1])
  const stride = coprimeTo(2_000)
  expect(new Set(Array.from({ length: 2_000 }, (_, n) => (n * stride) % 2_000)).size).toBe(2_000)
})

const step: Step = {
  ...{ sent: 100, sentMs: 1_000, tookMs: 1_100, viewers: 10, complete: 10, deliveries: 1_000 },
  ...{ p50Ms: 1, p99Ms: 2, longestMs: 3, resumes: 1, resets: 0, refused: 0, lost: 0, backMs: [], absent: 0, cpuMs: 1 },
  ...{ serverMs: 20, redisMs: 0, postgresMs: 0, perSecond: 100, rssMb: 1, othersShare: 0, commits: 500 },
}

test('a step has passed when all heard all, in time, at the pace that was asked for', () => {
  expect(hasPassed(step)).toBe(true)
  for (const worse of [{ complete: 9 }, { p99Ms: 1_000 }, { sentMs: 1_300 }]) {
    expect(hasPassed({ ...step, ...worse })).toBe(false)
  }
  expect(bestOf([step, { ...step, perSecond: 200, complete: 9 }])).toBe(100)
  expect(per100k(step.serverMs, step)).toBe(2)
  expect(per100k(step.serverMs, { deliveries: 0 })).toBeNaN()
  expect(resumesPerCommits(step)).toBe(2)
  expect(resumesPerCommits({ ...step, commits: null })).toBeNull()
})

test('what could not be measured is neither met nor missed, and ratios stand beside those of the last time', () => {
  expect(target('x', false, 'NaN×').isMet).toBeNull()
  expect(target('x', true, '2×').isMet).toBe(true)
  const section = { tables: [], plots: [], targets: [], othersShare: [], raw: null }
  const ratios = ratiosOf([{ ...section, ratios: { one: 1.23456, none: Number.NaN } }, section])
  expect(ratios).toEqual({ one: 1.23 })
  const drawn = drawRatios(ratios, { parley: 'abc', measured: '2026-01-01T00', ratios: { one: 1.5 } })
  expect(drawn).toMatch(/2026-01-01 at abc.*\none +1\.23 +1\.5\n/)
  expect(drawRatios({}, { parley: '', measured: '', ratios: {} })).toBe('')
})
