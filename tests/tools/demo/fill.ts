/** Writes the workspace into a database, as if its people had been there for weeks. */
import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { openPasswords } from '../../../server/http/passwords.ts'
import { PrismaClient } from '../../../server/store/generated/client.ts'
import { namesIn } from '../../../server/store/mentions.ts'
import { openSeeded, type Seeded } from '../../kit/seeded.ts'
import { people } from './people.ts'
import { type PlannedRoom, planRooms } from './rooms.ts'
import { type Spoken, spread } from './weeks.ts'

type Needs = { databaseUrl: string; password: string; nowMs: number; seed: number }

const days = 34
const mornings = 24

/** Resolves with how much there is now; a workspace that is there already is left as it is. */
export async function fill({
  databaseUrl,
  password,
  nowMs,
  seed,
}: Needs): Promise<{ rooms: number; messages: number }> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 1 }) })
  try {
    const isThere =
      (await prisma.user.count({ where: { id: { in: people.map(({ username }) => userId(username)) } } })) > 0
    if (!isThere) {
      const chance = openSeeded(seed)
      const passwordHash = await openPasswords({ atOnce: 1, maxWaiting: 1 }).hash(password)
      const rows = people.map(({ username, displayName, status = '' }) => ({
        id: userId(username),
        username,
        displayName,
        status,
        passwordHash,
        createdAt: new Date(nowMs - (days + 3) * 86_400_000),
      }))
      const rooms = planRooms(chance, mornings).map((room) => rowsOf(room, { nowMs, chance }))
      await prisma.$transaction([
        prisma.user.createMany({ data: rows }),
        prisma.room.createMany({ data: rooms.map(({ room }) => room) }),
        prisma.member.createMany({ data: rooms.flatMap(({ members }) => members) }),
        prisma.message.createMany({ data: rooms.flatMap(({ messages }) => messages) }),
        prisma.mention.createMany({ data: rooms.flatMap(({ mentions }) => mentions) }),
      ])
    }
    return { rooms: await prisma.room.count(), messages: await prisma.message.count() }
  } finally {
    await prisma.$disconnect()
  }
}

/** Ids follow from names, so that a second filling finds the first. */
function idOf(kind: string, name: string): string {
  const hex = createHash('sha256').update(`tidewater ${kind} ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
const userId = (username: string) => idOf('user', username)

function rowsOf(planned: PlannedRoom, { nowMs, chance }: { nowMs: number; chance: Seeded }) {
  const { kind, title, topic, members, unread } = planned
  const roomId = idOf('room', title || members.join(' '))
  const spoken = spread(planned, { nowMs, days, chance })
  const head = spoken.length
  const messages = spoken.map((line) => messageOf(roomId, line))
  const joinedAt = new Date(nowMs - (days + 2) * 86_400_000)
  return {
    room: {
      id: roomId,
      kind,
      title,
      topic,
      ownerId: kind === 'direct' ? null : userId(members[0] ?? ''),
      head,
      rev: head + 1,
      memberCount: members.length,
      directKey: kind === 'direct' ? members.map(userId).sort().join(',') : null,
      createdAt: joinedAt,
      movedAt: new Date(spoken.at(-1)?.atMs ?? nowMs),
    },
    members: members.map((username, at) => ({
      roomId,
      userId: userId(username),
      role: at === 0 && kind !== 'direct' ? ('owner' as const) : ('member' as const),
      lastRead: head - (username === people[0]?.username ? unread : chance.below(3)),
      joinedAt,
    })),
    messages,
    mentions: spoken.flatMap((line) =>
      namesIn(line.deleted ? '' : line.text)
        .filter((name) => members.includes(name) && name !== line.who)
        .map((name) => ({ userId: userId(name), roomId, seq: line.seq })),
    ),
  }
}

function messageOf(roomId: string, line: Spoken) {
  const { who, text, seq, atMs, answers, reactions, edited, deleted, pinned } = line
  const later = new Date(atMs + 45_000)
  return {
    roomId,
    seq,
    id: idOf('message', `${roomId} ${seq}`),
    rev: seq + 1,
    authorId: userId(who),
    body: deleted ? null : text,
    sentAt: new Date(atMs),
    ...(answers === undefined ? {} : { replyTo: answers }),
    ...(reactions === undefined ? {} : { reactions: chosen(reactions) }),
    ...(edited ? { editedAt: later } : {}),
    ...(deleted ? { deletedAt: later } : {}),
    ...(pinned ? { pinnedAt: later, pinnedBy: userId(who) } : {}),
  }
}

const chosen = (reactions: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(reactions).map(([emoji, names]) => [emoji, names.map(userId)]))
