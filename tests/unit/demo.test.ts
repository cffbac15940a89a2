/** The demo's workspace: read from what is written, spread over weeks, and such as Parley itself would have made it. */
import { expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { openSeeded } from '../kit/seeded.ts'
import { people } from '../tools/demo/people.ts'
import { planRooms } from '../tools/demo/rooms.ts'
import { parseTalks } from '../tools/demo/talk.ts'
import { spread } from '../tools/demo/weeks.ts'

const nowMs = Date.UTC(2026, 10, 26, 11)
const plan = (seed = 1) => planRooms(openSeeded(seed), 24)

test('a conversation is read with its answers, reactions, marks and further lines', () => {
  const text = `
ann: First
| second line
  + 👍 ben cat
ben (re 1): Yes
  edited

cat: Another day
  pinned`
  expect(parseTalks(text)).toEqual([
    [
      { who: 'ann', text: 'First\nsecond line', reactions: { '👍': ['ben', 'cat'] } },
      { who: 'ben', text: 'Yes', replyTo: 1, edited: true },
    ],
    [{ who: 'cat', text: 'Another day', pinned: true }],
  ])
  expect(() => parseTalks('no colon here')).toThrow('unable to read')
})

test('everybody who speaks or reacts is a member, answers look back, and every message is one that the doors would take', () => {
  const known = new Set(people.map(({ username }) => username))
  for (const { title, members, talks } of plan()) {
    expect(new Set(members).size).toBe(members.length)
    for (const name of members) expect(known).toContain(name)
    for (const talk of talks)
      for (const [at, line] of talk.entries()) {
        const named = [line.who, ...Object.values(line.reactions ?? {}).flat()]
        for (const name of named) expect(members, `${title || members.join()}: ${line.text}`).toContain(name)
        expect(line.replyTo ?? 0).toBeLessThanOrEqual(at)
        expect(line.text.length).toBeLessThanOrEqual(limits.bodyLength)
      }
  }
})

test('the weeks are in order, end before now, begin weeks ago, and are the same for the same seed', () => {
  const weeks = (seed: number) => plan(seed).map((room) => spread(room, { nowMs, days: 34, chance: openSeeded(seed) }))
  for (const spoken of weeks(3)) {
    expect(spoken.length).toBeGreaterThan(3)
    expect(spoken.map(({ seq }) => seq)).toEqual(spoken.map((_, at) => at + 1))
    const times = spoken.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(nowMs)
    for (const { seq, answers = 0 } of spoken) expect(answers).toBeLessThan(seq)
  }
  const all = weeks(3).flat()
  expect(Math.min(...all.map(({ atMs }) => atMs))).toBeLessThan(nowMs - 28 * 86_400_000)
  expect(all.length).toBeGreaterThan(200)
  expect(weeks(3)).toEqual(weeks(3))
  expect(weeks(4)).not.toEqual(weeks(3))
})
