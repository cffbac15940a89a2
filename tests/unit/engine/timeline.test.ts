import { describe, expect, test } from 'vitest'
import type { Message } from '#protocol/wire.ts'
import { openTimeline } from '../../../client/engine/timeline.ts'
import { openSeeded } from '../../kit/seeded.ts'

const row = (seq: number, rev: number): Message => ({
  roomId: 'hall',
  seq,
  rev,
  id: `id-${seq}`,
  authorId: 'ada',
  body: `${seq} at ${rev}`,
  sentAt: '2026-01-01T00:00:00.000Z',
})
const rowsFrom = (from: number, to: number, rev = 0) =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index, rev || from + index))

function openAt(from: number, head: number) {
  const timeline = openTimeline()
  timeline.reset({ messages: rowsFrom(from, head), head, rev: head, keepAhead: false })
  return timeline
}
const shown = (timeline: ReturnType<typeof openTimeline>) => {
  const window = timeline.window()
  return window === null ? [] : timeline.slice(window).map(({ message }) => message.body)
}

describe('merging', () => {
  test.each(Array.from({ length: 50 }, (_, seed) => seed))('[R3] is idempotent and commutative (seed %i)', (seed) => {
    const seeded = openSeeded(seed)
    const changes = Array.from({ length: 60 }, (_, index) => row(1 + seeded.below(40), 41 + index))
    const fresh = rowsFrom(21, 40)
    const states = [1, 2, 3].map(() => {
      const timeline = openAt(11, 20)
      const told = seeded.shuffle([...changes, ...fresh, ...changes.filter(() => seeded.chance(0.5))])
      while (told.length > 0) timeline.merge(told.splice(0, 1 + seeded.below(5)))
      timeline.place(rowsFrom(1, 10), false) // a page as it was before any of the changes
      return shown(timeline)
    })
    const latest = rowsFrom(1, 40).map((base) =>
      changes.filter(({ seq }) => seq === base.seq).reduce((best, next) => (next.rev > best.rev ? next : best), base),
    )
    expect(states).toEqual([1, 2, 3].map(() => latest.map(({ body }) => body)))
  })

  test('[R3] an older state of a row changes nothing', () => {
    const timeline = openAt(1, 3)
    timeline.merge([row(2, 9)])
    timeline.merge([row(2, 5)])
    expect(timeline.message(2)?.rev).toBe(9)
  })

  test('[R11] a row ahead of the newest window is shown, and joins it when the hole closes', () => {
    const timeline = openAt(1, 3)
    timeline.merge([row(5, 5)])
    expect(timeline.ahead().map(({ message }) => message.seq)).toEqual([5])
    expect(timeline.tail()).toEqual({ from: 1, to: 3 })
    timeline.merge([row(4, 4)])
    expect(timeline.ahead()).toEqual([])
    expect(timeline.tail()).toEqual({ from: 1, to: 5 })
  })

  test('[R6] a reset keeps what is ahead of it, in the same history alone', () => {
    for (const keepAhead of [true, false]) {
      const timeline = openAt(1, 3)
      timeline.merge([row(9, 9)])
      timeline.reset({ messages: rowsFrom(4, 7), head: 7, rev: 7, keepAhead })
      expect(timeline.ahead()).toHaveLength(keepAhead ? 1 : 0)
    }
  })
})

describe('a page older than the position', () => {
  test('never brings an old body back for a row that changed while it was not loaded', () => {
    const timeline = openAt(51, 100)
    timeline.merge([row(30, 130)])
    timeline.place(rowsFrom(1, 50), false)
    expect(timeline.message(30)?.body).toBe('30 at 130')
  })

  test('never brings an old body back for a row that was let go of since', () => {
    const timeline = openAt(51, 100)
    timeline.place(rowsFrom(1, 20), true)
    timeline.merge([row(10, 130)])
    timeline.showLatest()
    expect(timeline.isLoaded(10)).toBe(false)
    timeline.place(rowsFrom(1, 50), true)
    expect(timeline.message(10)?.body).toBe('10 at 130')
  })

  test('is covered as long as every change since is remembered', () => {
    const timeline = openAt(3_001, 3_010)
    expect(timeline.covers(3_009)).toBe(false)
    expect(timeline.covers(3_010)).toBe(true)
    timeline.merge(rowsFrom(1, 2_100, 4_000))
    timeline.settle(4_000)
    expect(timeline.covers(3_999)).toBe(false)
    expect(timeline.covers(4_000)).toBe(true)
  })
})

describe('windows', () => {
  test('a page elsewhere becomes the window, grows on both sides, and joins the newest without a jump', () => {
    const timeline = openAt(101, 150)
    timeline.place(rowsFrom(41, 60), true)
    expect(timeline.window()).toEqual({ from: 41, to: 60 })
    expect(timeline.isAtEnd()).toBe(false)
    timeline.place(rowsFrom(31, 40), false)
    timeline.place(rowsFrom(61, 80), false)
    expect(timeline.window()).toEqual({ from: 31, to: 80 })
    timeline.place(rowsFrom(81, 130), false)
    expect(timeline.isAtEnd()).toBe(true)
    expect(timeline.window()).toEqual({ from: 31, to: 150 })
    expect(shown(timeline)).toHaveLength(120)
  })

  test('a page that joins nothing is ignored unless it was asked to move there', () => {
    const timeline = openAt(101, 150)
    timeline.place(rowsFrom(1, 50), false)
    expect(timeline.window()).toEqual({ from: 101, to: 150 })
    expect(timeline.isLoaded(20)).toBe(false)
  })

  test('rows beyond the newest window are left to the changes that bring them', () => {
    const timeline = openAt(1, 10)
    timeline.place(rowsFrom(5, 14), false)
    expect(timeline.tail()).toEqual({ from: 1, to: 10 })
  })

  test('letting go of old rows keeps the newest', () => {
    const timeline = openAt(1, 100)
    timeline.trim(30)
    expect(timeline.window()).toEqual({ from: 71, to: 100 })
    expect(timeline.message(70)).toBeUndefined()
  })

  test('an empty room grows from nothing', () => {
    const timeline = openTimeline()
    timeline.reset({ messages: [], head: 0, rev: 1, keepAhead: true })
    timeline.merge([row(1, 2)])
    expect(shown(timeline)).toEqual(['1 at 2'])
  })
})

describe('listing', () => {
  test.each(Array.from({ length: 50 }, (_, seed) => seed))(
    'lists what is there, whatever came before (seed %i)',
    (seed) => {
      const seeded = openSeeded(seed)
      const timeline = openAt(41, 60)
      let [head, rev] = [60, 60]
      for (let step = 0; step < 200; step += 1) {
        const from = 1 + seeded.below(head)
        const what = seeded.weigh({
          grow: 10,
          change: 10,
          ahead: 3,
          older: 3,
          elsewhere: 2,
          latest: 2,
          trim: 2,
          reset: 1,
        })
        rev += 1
        if (what === 'grow') timeline.merge([row(++head, rev)])
        else if (what === 'change') timeline.merge([row(from, rev)])
        else if (what === 'ahead') timeline.merge([row(head + 2, rev)])
        else if (what === 'older') {
          const first = timeline.window()?.from ?? 1
          timeline.place(rowsFrom(Math.max(1, first - 10), first - 1), false)
        } else if (what === 'elsewhere') timeline.place(rowsFrom(from, Math.min(head, from + 9)), true)
        else if (what === 'latest') timeline.showLatest()
        else if (what === 'trim') timeline.trim(15)
        else timeline.reset({ messages: rowsFrom(Math.max(1, head - 19), head, rev), head, rev, keepAhead: true })
        head = Math.max(head, timeline.tail()?.to ?? 0)
        const windows = [timeline.window(), timeline.tail()].filter((window) => window !== null)
        expect(windows).not.toEqual([])
        for (const window of seeded.shuffle(windows)) {
          const all = Array.from({ length: window.to - window.from + 1 }, (_, index) =>
            timeline.message(window.from + index),
          )
          expect(timeline.slice(window).map(({ message }) => message)).toEqual(
            all.filter((message) => message !== undefined),
          )
        }
      }
    },
  )

  test('a list that was given out stays as it was', () => {
    const timeline = openAt(1, 3)
    const before = timeline.slice({ from: 1, to: 3 })
    timeline.merge([row(2, 9), row(4, 10)])
    expect(before.map(({ message }) => message.rev)).toEqual([1, 2, 3])
    expect(timeline.slice({ from: 1, to: 4 }).map(({ message }) => message.rev)).toEqual([1, 9, 3, 10])
  })
})
