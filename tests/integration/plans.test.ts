/** How Postgres goes about the hot calls on filled tables: by index, and by plans that do not grow old. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { Prisma } from '../../server/store/generated/client.ts'
import { changesQuery, findQuery, pageQuery, revsQuery, sinceQuery } from '../../server/store/message-queries.ts'
import {
  lookQuery,
  membershipsQuery,
  membersOfQuery,
  membersQuery,
  mineQuery,
  standingsQuery,
} from '../../server/store/room-queries.ts'
import { freshDatabase } from '../kit/database.ts'
import { openStore, type RealStore } from '../kit/open-store.ts'

const { sql } = Prisma
const people = 20_000
const rooms = 1_000
const messages = 60_000

let store: RealStore
let [roomId, userId] = ['', '']
/** How long a commit took, on one connection: before the tables were filled and after. */
let [emptyMs, fullMs] = [0, 0]

/** Everybody is in the first room, which has nearly all messages; the other rooms have ten members each. */
async function fill(): Promise<void> {
  await store.postgres.ask(async (prisma) => {
    await prisma.$executeRaw`INSERT INTO users (id, username, display_name, password_hash)
      SELECT gen_random_uuid(), 'p' || n, 'P', '-' FROM generate_series(1, ${people}::int) n`
    await prisma.$executeRaw`INSERT INTO rooms (id, kind, title) SELECT gen_random_uuid(), 'private', 'R' FROM generate_series(1, ${rooms}::int)`
    await prisma.$executeRaw`INSERT INTO members (room_id, user_id) SELECT ${roomId}::uuid, id FROM users WHERE id <> ${userId}::uuid`
    await prisma.$executeRaw`INSERT INTO members (room_id, user_id)
      SELECT r.id, u.id FROM rooms r CROSS JOIN (SELECT id FROM users LIMIT 10) u WHERE r.id <> ${roomId}::uuid`
    await prisma.$executeRaw`INSERT INTO messages (room_id, seq, id, rev, author_id, body, sent_at)
      SELECT r.id, r.head + n, gen_random_uuid(), r.rev + n, ${userId}::uuid, 'message ' || n, now()
      FROM rooms r CROSS JOIN generate_series(1, ${messages}::int) n WHERE r.id = ${roomId}::uuid`
    await prisma.$executeRaw`INSERT INTO mentions (user_id, room_id, seq) SELECT user_id, room_id, n FROM members
      CROSS JOIN generate_series(1, 5) n`
    await prisma.$executeRaw`UPDATE rooms SET head = head + ${messages}::int, rev = rev + ${messages}::int WHERE id = ${roomId}::uuid`
  })
}

/** Milliseconds of a commit of 21 writes that name somebody, the fastest of nine. */
async function timeCommits(): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < 9; n++) {
    const sends = Array.from({ length: 20 }, () => ({
      kind: 'send' as const,
      roomId,
      authorId: userId,
      id: randomUUIDv7(),
      body: '@ann @p7',
    }))
    const react = { kind: 'react' as const, roomId, seq: 7, userId, emoji: 'x', on: n % 2 === 0 }
    const began = performance.now()
    const { outcomes } = await store.log.append([...sends, react], { patient: true })
    taken.push(performance.now() - began)
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
  }
  return Math.min(...taken)
}

beforeAll(async () => {
  store = openStore(await freshDatabase(), 1) // one connection: its plans are the ones that grow old
  userId = (await store.users.create({ username: 'ann', displayName: 'Ann', passwordHash: '-' })).id
  roomId = (await store.book.create({ kind: 'private', title: 'Big' }, { userId, admin: false })).room.id
  const analyze = () => store.postgres.ask((prisma) => prisma.$executeRawUnsafe('ANALYZE'))
  await timeCommits()
  await analyze() // now it is known that the tables are tiny
  emptyMs = await timeCommits()
  await fill()
  fullMs = await timeCommits()
  await analyze()
})
afterAll(() => store.close())

test('a commit planned while the tables were tiny serves when they are full', () => {
  process.stdout.write(`plans: ${emptyMs.toFixed(1)} ms tiny, ${fullMs.toFixed(1)} ms full\n`)
  expect(fullMs).toBeLessThan(3 * emptyMs + 10)
})

type Node = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Node[]
  'Actual Rows': number
  'Rows Removed by Filter'?: number
  'Actual Loops': number
}

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]

async function planOf(query: Prisma.Sql): Promise<Node[]> {
  const [row] = await store.postgres.ask((prisma) =>
    prisma.$queryRaw<{ 'QUERY PLAN': { Plan: Node }[] }[]>(sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`),
  )
  return flat(must(row?.['QUERY PLAN'][0], 'EXPLAIN answers').Plan)
}

/** What a query may look at: no table from end to end, and few rows for nothing. */
test.each<[name: string, query: () => Prisma.Sql, index: string]>([
  ['the newest page', () => pageQuery({ roomId, userId, limit: 50 }), 'messages_pkey'],
  ['a page before', () => pageQuery({ roomId, userId, before: 30_000, limit: 50 }), 'messages_pkey'],
  ['a page around', () => pageQuery({ roomId, userId, around: 30_000, limit: 100 }), 'messages_pkey'],
  [
    'a resume',
    () => sinceQuery([{ roomId, userIds: [userId], rev: messages - 100, limit: 500 }]),
    'messages_room_id_rev_idx',
  ],
  [
    'a resume from far',
    () => sinceQuery([{ roomId, userIds: [userId], rev: 10, limit: 500 }]),
    'messages_room_id_rev_idx',
  ],
  ['a stretch', () => changesQuery({ roomId, from: messages - 100, limit: 500 }), 'messages_room_id_rev_idx'],
  ['a read-back', () => findQuery(roomId, [randomUUIDv7(), randomUUIDv7()]), 'messages_id_room_id_key'],
  ['the revs of rooms', () => revsQuery([roomId, randomUUIDv7()]), 'rooms_pkey'],
  ['a look at a room', () => lookQuery({ roomId, userId }), 'rooms_pkey'],
  ['one’s rooms', () => mineQuery(userId), 'members_user_id_room_id_idx'],
  ['one’s standings', () => standingsQuery([userId, randomUUIDv7()]), 'mentions_pkey'],
  ['memberships', () => membershipsQuery([userId, randomUUIDv7()]), 'members_user_id_room_id_idx'],
  ['members of rooms', () => membersOfQuery([roomId]), 'members_pkey'],
  ['members of a room', () => membersQuery(roomId), 'members_pkey'],
])('%s goes by index', async (_name, query, index) => {
  const nodes = await planOf(query())
  expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([])
  expect(nodes.map((node) => node['Index Name'])).toContain(index)
  for (const node of nodes) expect((node['Rows Removed by Filter'] ?? 0) * node['Actual Loops']).toBeLessThan(10)
})
