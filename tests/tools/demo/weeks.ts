/** When what was said: conversations laid over the weeks before now, in the hours in which people write. */
import type { Seeded } from '../../kit/seeded.ts'
import type { PlannedRoom } from './rooms.ts'
import type { Line } from './talk.ts'

export type Spoken = Line & {
  /** Its place in its room, from 1. */
  seq: number
  atMs: number
  /** `seq` of the message that it answers. */
  answers?: number
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** The room's messages in their order, the last of them `quietForMinutes` before `nowMs`. */
export function spread(room: PlannedRoom, { nowMs, days, chance }: { nowMs: number; days: number; chance: Seeded }) {
  const endMs = nowMs - room.quietForMinutes * minuteMs
  const spoken: Spoken[] = []
  for (const [at, talk] of room.talks.entries()) {
    const isLast = at === room.talks.length - 1
    const first = spoken.length
    const gaps = talk.map(() => chance.between(1, 9) * minuteMs)
    const lastsMs = gaps.slice(1).reduce((sum, gap) => sum + gap, 0)
    const dayBack = Math.max(1, Math.round((days * (room.talks.length - 1 - at)) / Math.max(1, room.talks.length - 1)))
    let atMs = isLast ? endMs - lastsMs : workingHour(endMs - dayBack * dayMs, chance)
    atMs = Math.max(atMs, (spoken.at(-1)?.atMs ?? 0) + minuteMs)
    for (const [n, line] of talk.entries()) {
      if (n > 0) atMs += gaps[n] ?? minuteMs
      spoken.push({
        ...line,
        seq: spoken.length + 1,
        atMs: Math.min(atMs, nowMs),
        ...(line.replyTo === undefined ? {} : { answers: first + line.replyTo }),
      })
    }
  }
  return spoken
}

/** Some time between eight and four on that day, or on the Friday before a weekend. */
function workingHour(aroundMs: number, chance: Seeded): number {
  const day = new Date(aroundMs)
  const weekend = [2, 0, 0, 0, 0, 0, 1][day.getUTCDay()] ?? 0
  day.setUTCDate(day.getUTCDate() - weekend)
  day.setUTCHours(chance.between(8, 15), chance.below(60), chance.below(60), chance.below(1_000))
  return day.getTime()
}
