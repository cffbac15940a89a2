/** How commits to a hot room become frames: fewer of them, with nothing lost and nothing late in a calm one. */
import { expect, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { joinSpans, openGather } from '../../server/fanout/gather.ts'
import { openSpans } from '../../server/fanout/spans.ts'
import { openManualClock } from '../kit/manual-clock.ts'

function span(base: number, rev: number, roomId = 'r'): Changes {
  const messages = Array.from({ length: rev - base }, (_, n) => ({ seq: base + n + 1, rev: base + n + 1 }))
  return { roomId, base, rev, head: rev, messages } as Changes
}
const spoken = (changes: Changes, size = 100) => ({ changes, size })

function openTest() {
  const clock = openManualClock()
  const said: Changes[] = []
  const gather = openGather({ say: (one) => said.push(one), clock, options: { paceMs: 25, frameBytes: 1_000 } })
  return { clock, gather, said, spans: () => said.map(({ base, rev }) => [base, rev]) }
}

test('[A4] spans that follow each other become one, in whatever order they came', () => {
  const [joined, ...others] = joinSpans(
    [span(7, 8), span(2, 5), span(5, 7)].map((one) => spoken(one)),
    1_000,
  )
  expect(others).toEqual([])
  expect(joined).toEqual(span(2, 8))
})

test('[A4] a hole, a full frame, and news of the room or its members keep spans apart', () => {
  expect(joinSpans([spoken(span(1, 2)), spoken(span(3, 4))], 1_000)).toHaveLength(2)
  expect(joinSpans([spoken(span(1, 2), 600), spoken(span(2, 4), 600)], 1_000)).toHaveLength(2)
  const renamed = { ...span(2, 3), room: {} } as Changes
  const joined = { ...span(3, 4), members: { joined: [], left: ['u'] } } as Changes
  expect(joinSpans([spoken(span(1, 2)), spoken(renamed), spoken(joined)], 1_000)).toEqual([span(1, 2), renamed, joined])
})

test('[A4] a calm room hears at once, a hot one in frames that are a pace apart', async () => {
  const { clock, gather, spans } = openTest()
  gather.take(spoken(span(0, 1)))
  expect(spans()).toEqual([[0, 1]])
  gather.take(spoken(span(1, 2)))
  gather.take(spoken(span(2, 4)))
  await clock.advance(24)
  expect(spans()).toHaveLength(1)
  await clock.advance(1)
  expect(spans()).toEqual([
    [0, 1],
    [1, 4],
  ])
  await clock.advance(25)
  gather.take(spoken(span(4, 5)))
  expect(spans()).toHaveLength(3)
})

test('[A4] a room whose frames take long to write, or come late, rests twice as long before the next', async () => {
  const clock = openManualClock()
  let writtenMs = 0
  const said: Changes[] = []
  const say = (one: Changes) => {
    said.push(one)
    writtenMs += 40
  }
  const slow = { ...clock, ticks: () => clock.ticks() + writtenMs }
  const gather = openGather({ say, clock: slow, options: { paceMs: 25, frameBytes: 1_000 } })
  gather.take(spoken(span(0, 1)))
  gather.take(spoken(span(1, 2)))
  await clock.advance(79)
  expect(said).toHaveLength(1)
  await clock.advance(1)
  expect(said).toHaveLength(2)
})

test('[L1] a hot room holds up no other', () => {
  const { gather, spans } = openTest()
  gather.take(spoken(span(0, 1)))
  gather.take(spoken(span(1, 2)))
  gather.take(spoken(span(0, 1, 'calm')))
  expect(spans()).toHaveLength(2)
})

test('[A3] what waits is never more than a frame, and news of members waits for nothing', () => {
  const { gather, spans, said } = openTest()
  for (let rev = 0; rev < 21; rev++) gather.take(spoken(span(rev, rev + 1)))
  expect(spans()).toEqual([
    [0, 1],
    [1, 11],
    [11, 21],
  ])
  gather.take(spoken(span(21, 22)))
  gather.take(spoken({ ...span(22, 23), members: { joined: [], left: [] } } as Changes))
  expect(said.at(-1)?.rev).toBe(23)
  expect(said.at(-2)?.rev).toBe(22)
})

test('[A2] a node hears its own words at once and once, those of others from the channel, and leaves the rest to the adapter', () => {
  const heard: Changes[] = []
  const sent: [string, string][] = []
  const open = () =>
    openSpans({
      publish: (channel, message) => Promise.resolve(sent.push([channel, message])),
      onSpoken: ({ changes }) => heard.push(changes),
    })
  const [one, other] = [open(), open()]
  one.say(span(0, 1))
  expect(heard).toEqual([span(0, 1)])
  const [channel = '', message = ''] = sent[0] ?? []
  expect(channel).toBe('parley#/#room:r#')
  expect(one.hear(Buffer.from(message))).toBe(true)
  expect(heard).toHaveLength(1)
  expect(other.hear(Buffer.from(message))).toBe(true)
  expect(heard).toEqual([span(0, 1), span(0, 1)])
  expect(other.hear(Buffer.from('{"uid":"x","type":3}'))).toBe(false)
})
