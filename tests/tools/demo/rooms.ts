/** The rooms of the workspace and what was said in them. */
import type { Seeded } from '../../kit/seeded.ts'
import { people } from './people.ts'
import { data } from './rooms/data.ts'
import { field } from './rooms/field.ts'
import { firmware } from './rooms/firmware.ts'
import { general } from './rooms/general.ts'
import { board, design, operations, random, trip, withInes, withJonas } from './rooms/others.ts'
import { standups } from './rooms/standup.ts'
import { parseTalks, type Talk } from './talk.ts'

export type PlannedRoom = {
  kind: 'public' | 'private' | 'direct'
  title: string
  topic: string
  /** Usernames; the first owns it. */
  members: readonly string[]
  talks: Talk[]
  /** Minutes before now at which the last line was said. */
  quietForMinutes: number
  /** How many of the last messages the first of the people has not read. */
  unread: number
}

const everybody = people.map(({ username }) => username)
const without = (...names: string[]) => everybody.filter((name) => !names.includes(name))

type Brief = Pick<PlannedRoom, 'members' | 'quietForMinutes' | 'unread'>
const room = (
  kind: 'public' | 'private',
  [title, topic]: [string, string],
  text: string,
  brief: Brief,
): PlannedRoom => ({
  kind,
  title,
  topic,
  talks: parseTalks(text),
  ...brief,
})
const direct = (text: string, brief: Brief): PlannedRoom => ({
  kind: 'direct',
  title: '',
  topic: '',
  talks: parseTalks(text),
  ...brief,
})

/** `mornings`: weekdays of stand-ups, which make the one long history. */
export function planRooms(chance: Seeded, mornings: number): PlannedRoom[] {
  return [
    room('public', ['general', 'What everybody should know'], general, {
      members: ['hanna', ...without('hanna')],
      quietForMinutes: 9,
      unread: 0,
    }),
    room('public', ['firmware', 'What runs inside the gauges'], firmware, {
      members: ['jonas', 'mara', 'yuki', 'priya', 'ines', 'kofi', 'leo'],
      quietForMinutes: 4,
      unread: 3,
    }),
    room('public', ['field', 'Piers, boots, weather'], field, {
      members: ['mara', 'noor', 'tomas', 'kofi', 'ines', 'jonas', 'yuki', 'hanna', 'leo'],
      quietForMinutes: 26,
      unread: 0,
    }),
    room('public', ['data', 'Levels, datums, residuals'], data, {
      members: ['ines', 'mara', 'yuki', 'elif', 'priya', 'sam', 'hanna'],
      quietForMinutes: 190,
      unread: 0,
    }),
    room('public', ['design', 'How things look and feel in the hand'], design, {
      members: ['leo', 'mara', 'elif', 'hanna', 'kofi', 'yuki', 'ines'],
      quietForMinutes: 1_500,
      unread: 5,
    }),
    room('public', ['operations', 'Servers, backups, nights'], operations, {
      members: ['priya', 'sam', 'elif', 'jonas'],
      quietForMinutes: 320,
      unread: 0,
    }),
    room('public', ['random', 'The lemon stays where it is'], random, {
      members: ['kofi', ...without('kofi')],
      quietForMinutes: 75,
      unread: 0,
    }),
    {
      ...room('public', ['stand-up', 'Yesterday, today, what is in the way'], '', {
        members: ['priya', ...without('priya')],
        quietForMinutes: 400,
        unread: 0,
      }),
      talks: standups(mornings, chance),
    },
    room('private', ['offers', 'Numbers that are not final'], board, {
      members: ['hanna', 'mara'],
      quietForMinutes: 2_900,
      unread: 0,
    }),
    direct(withJonas, { members: ['mara', 'jonas'], quietForMinutes: 41, unread: 1 }),
    direct(withInes, { members: ['mara', 'ines'], quietForMinutes: 620, unread: 0 }),
    direct(trip, { members: ['mara', 'noor', 'tomas'], quietForMinutes: 260, unread: 0 }),
  ]
}
