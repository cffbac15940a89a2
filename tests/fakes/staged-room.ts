/** A believable small workspace, the same on every run: what the interface is designed and looked at with. */
import type { Member, Message, Room, User } from '../../server/protocol/wire.ts'

/** A Wednesday afternoon. */
export const stageNow = Date.parse('2026-03-18T15:04:00')

const names = [
  'Mira Okafor',
  'Jonas Lindqvist',
  'Priya Raman',
  'Tomás Herrera',
  'Elif Demir',
  'Sam Whitlock',
  'Noor Haddad',
  'Kenji Watanabe',
  'Ana-Lucía Prieto',
  'Oluwaseun Adeyemi-Bankole',
  'Bea',
  'Zoë Müller-Öztürk',
  'Yael Ben-Ami',
  'Dmitri Volkov',
]

export const people: User[] = names.map((displayName, index) => ({
  id: `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`,
  username:
    ['mira', 'jonas', 'priya', 'tomas', 'elif', 'sam', 'noor', 'kenji', 'ana', 'seun', 'bea', 'zoe', 'yael', 'dmitri'][
      index
    ] ?? `p${index}`,
  displayName,
}))

export function person(username: string): User {
  const found = people.find((one) => one.username === username)
  if (found === undefined) throw new Error(`unable to stage; nobody is called ${username}`)
  return found
}

function roomOf(index: number, shape: Partial<Room>): Room {
  return {
    id: `10000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    kind: 'public',
    title: '',
    topic: '',
    ownerId: person('mira').id,
    archived: false,
    memberCount: people.length,
    createdAt: '2026-01-12T09:00:00.000Z',
    ...shape,
  }
}

export const rooms = {
  general: roomOf(1, { title: 'general', topic: 'Everything that concerns all of us' }),
  launch: roomOf(2, {
    title: 'launch',
    topic: 'Parley 1.0 · release on Friday · runbook: https://wiki.example/launch',
    memberCount: 9,
  }),
  infra: roomOf(3, { title: 'infra', topic: 'Nodes, nginx, Redis, Postgres', memberCount: 6 }),
  design: roomOf(4, { title: 'design-crit', kind: 'private', memberCount: 5 }),
  lunch: roomOf(5, { title: 'lunch' }),
  music: roomOf(6, { title: 'music-for-deep-work-and-other-long-afternoons' }),
  old: roomOf(7, { title: 'offsite-2025', archived: true }),
  jonas: roomOf(8, { kind: 'direct', memberCount: 2, ownerId: null }),
  trio: roomOf(9, { kind: 'direct', memberCount: 3, ownerId: null }),
  empty: roomOf(10, { title: 'newcomers', memberCount: 1 }),
  vast: roomOf(11, { title: 'vast', memberCount: 640 }),
}

export const membersOf = (room: Room): Member[] =>
  people.slice(0, Math.min(room.memberCount, people.length)).map(({ id }, index) => ({
    userId: id,
    role: index === 0 && room.kind !== 'direct' ? 'owner' : 'member',
    lastRead: 0,
    joinedAt: room.createdAt,
  }))

type Line = [username: string, at: string, body: string | null, extra?: Partial<Message>]

const launch: Line[] = [
  ['jonas', '2026-03-17T09:12:00', 'Morning! Where do we stand with the drain on SIGTERM?'],
  [
    'priya',
    '2026-03-17T09:14:00',
    'Works. New connection first, then the old one goes. I pulled `node-2` twice while Sam was typing and he did not notice.',
  ],
  ['sam', '2026-03-17T09:15:00', 'I did not. Suspicious.', { reactions: { '😂': ['jonas', 'priya', 'elif'] } }],
  ['sam', '2026-03-17T09:15:40', 'The badge went from node-2 to node-3 and that was all.'],
  [
    'tomas',
    '2026-03-17T11:02:00',
    'Numbers from last night, 1,000 viewers on two nodes:\n```\n              p50     p99\nsend → ack   11 ms   48 ms\nfan out      14 ms   61 ms\nresume       90 ms  310 ms\n```',
  ],
  [
    'elif',
    '2026-03-17T11:05:00',
    'p99 under 50 for the ack is lovely.',
    { reactions: { '🔥': ['tomas', 'mira'], '👏': ['sam'] } },
  ],
  [
    'mira',
    '2026-03-17T11:06:00',
    'Agreed. Let us not touch the lanes any more before Friday.',
    { editedAt: '2026-03-17T11:07:00' },
  ],
  ['noor', '2026-03-17T16:40:00', null],
  ['noor', '2026-03-17T16:41:00', 'Sorry, wrong room.'],
  [
    'priya',
    '2026-03-18T08:55:00',
    'Release notes are up for review: https://wiki.example/parley/1.0/release-notes. Please have a look at the upgrade path, I want a second pair of eyes on the part where the old nodes drain while the migration is already through, because that is the one thing we cannot roll back without losing the new columns.',
  ],
  ['kenji', '2026-03-18T09:03:00', 'Reading now'],
  [
    'kenji',
    '2026-03-18T09:20:00',
    'The order is right. One nit: step 4 says “restart”, it should say *drain*, then stop.',
    { replyTo: 10 },
  ],
  ['priya', '2026-03-18T09:22:00', 'Fixed, thank you 🙏'],
  ['ana', '2026-03-18T13:37:00', '🎉🎉🎉'],
  [
    'ana',
    '2026-03-18T13:37:30',
    'The chaos run is green: 20 kills, 20 clients, every acknowledged message once, no holes.',
    { reactions: { '🎉': ['mira', 'jonas', 'priya', 'sam', 'kenji', 'elif'], '🚀': ['tomas', 'noor'], '❤️': ['bea'] } },
  ],
  ['jonas', '2026-03-18T14:50:00', '@mira can you sign off the runbook before four? Then I tag it.'],
  ['elif', '2026-03-18T14:58:00', 'Screens are final too. Both themes, both widths.'],
  ['elif', '2026-03-18T14:58:20', 'And yes, I looked at every one of them. Twice.'],
]

const topics = [
  'the lease on a cold page',
  'what happens when Redis naps',
  'the order of acks',
  'the beacon',
  'a held change',
  'sticky polling',
]
const says = [
  (topic: string) => `I keep coming back to ${topic}.`,
  (topic: string) => `Has anybody measured ${topic}?\nI have a hunch, but no numbers.`,
  () => 'Yes.',
  (topic: string) =>
    `Wrote down what I know about ${topic}. It is longer than I hoped, and the short version is that nothing is lost as long as the position only moves when the rows are on disk, in one transaction.`,
  () => 'Good point 👍',
  (topic: string) => `Then let us leave ${topic} for next week.`,
]

export function launchMessages(): Message[] {
  return launch.map((line, index) => messageOf(rooms.launch, index + 1, line))
}

/** `many` messages, a few minutes apart, the last one an hour ago. */
export function chatter(room: Room, many: number): Message[] {
  return Array.from({ length: many }, (_, index) => {
    const author = people[Math.floor(index / 2.3 + (index % 7)) % 9]?.username ?? 'mira'
    const at = new Date(stageNow - 3_600_000 - (many - index) * 170_000).toISOString()
    const body = says[(index * 7 + (index >> 2)) % says.length]?.(topics[(index * 5) % topics.length] ?? '') ?? ''
    return messageOf(room, index + 1, [author, at, body])
  })
}

function messageOf(room: Room, seq: number, [username, at, body, extra]: Line): Message {
  const reactions = Object.entries(extra?.reactions ?? {}).map(([emoji, who]) => [
    emoji,
    who.map((one) => person(one).id),
  ])
  return {
    roomId: room.id,
    seq,
    rev: seq,
    id: `20000000-0000-7000-8000-${room.id.slice(-4)}${String(seq).padStart(8, '0')}`,
    authorId: person(username).id,
    body,
    sentAt: new Date(at).toISOString(),
    ...extra,
    ...(reactions.length > 0 && { reactions: Object.fromEntries(reactions) }),
  }
}
