/** Lanes of three nodes against one Postgres: many senders, retries over other nodes, poison, rooms held by strangers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Changes } from '#protocol/wire.ts'
import { must } from '../../server/kit/must.ts'
import { freshDatabase } from '../kit/database.ts'
import { attempt, draftOf, type Ending, type LaneNode, openLaneNode } from '../kit/real-lanes.ts'
import { furnish } from '../kit/rooms.ts'
import { openSeeded, type Seeded } from '../kit/seeded.ts'

const senders = 50
const bursts = 5
const poisons = ['a NUL \u0000 in it', 'half a pair \ud83d of it']

let nodes: LaneNode[] = []
let people: string[] = []
const told: Changes[] = []

beforeAll(async () => {
  const url = await freshDatabase()
  nodes = [0, 1, 2].map(() => openLaneNode({ url, told }))
  people = (await furnish(must(nodes[0], 'there is a node'), { people: 3 * senders, rooms: 0 })).userIds
})
afterAll(() => Promise.all(nodes.map((node) => node.close())))

async function makeRooms(count: number): Promise<string[]> {
  const caller = { userId: must(people[0], 'there is somebody'), admin: false }
  const { book } = must(nodes[0], 'there is a node')
  const wanted = { kind: 'private' as const, title: 'A room', memberIds: people }
  return Promise.all(Array.from({ length: count }, async () => (await book.create(wanted, caller)).room.id))
}

/** One person on one node: bursts without waiting; some drafts go over another node as well, and some are poison. */
async function play(chance: Seeded, { roomId, authorId, home }: { roomId: string; authorId: string; home: number }) {
  const endings: Ending[] = []
  for (let burst = 0; burst < bursts; burst++) {
    const drafts = Array.from({ length: 1 + chance.below(4) }, (_, n) =>
      draftOf(roomId, authorId, chance.below(100) === 0 ? chance.pick(poisons) : `${burst}.${n}`),
    )
    const underWay = drafts.map((draft) => attempt(nodes, home, draft))
    if (chance.below(4) === 0) underWay.push(...drafts.map((draft) => attempt(nodes, (home + 1) % 3, draft)))
    if (chance.below(20) === 0) {
      const thief = { ...must(drafts[0], 'a burst has a draft'), authorId: chance.pick(people), body: 'stolen' }
      endings.push(await attempt(nodes, (home + 2) % 3, thief))
    }
    endings.push(...(await Promise.all(underWay)))
  }
  return endings
}

async function readRoom(roomId: string) {
  const { log } = must(nodes[1], 'there is a node')
  const userId = must(people[0], 'there is somebody')
  const { rev, head } = must((await log.revs([roomId])).get(roomId), 'the room is there')
  const rows = []
  for (let after = 0; after < head; after += 100) {
    rows.push(...(await log.page({ roomId, userId, after, limit: 100 })).messages)
  }
  return { rev, head, rows }
}

async function judge(roomId: string, endings: Ending[]): Promise<void> {
  const { rev, head, rows } = await readRoom(roomId)
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1)) // [R1]
  const spans = told.filter((changes) => changes.roomId === roomId).sort((a, b) => a.base - b.base)
  expect(spans.map(({ base }) => base)).toEqual([1, ...spans.map((span) => span.rev)].slice(0, spans.length)) // they tile [R1]
  expect(spans.at(-1)?.rev).toBe(rev)

  const byId = new Map(rows.map((row) => [row.id, row]))
  expect(byId.size).toBe(rows.length) // [L3]
  for (const { draft, seq, refusal } of endings) {
    const kept = byId.get(draft.id)
    if (seq !== undefined) expect(kept).toMatchObject({ seq, authorId: draft.authorId, body: draft.body })
    else if (refusal?.code !== 'id-taken') {
      expect([refusal?.code, draft.body]).toEqual(['bad-input', expect.toBeOneOf(poisons)]) // [L8]
      expect(kept?.body).not.toBe(draft.body)
    }
  }
  for (const line of Map.groupBy(rows, ({ authorId }) => authorId).values()) {
    const sent = line.flatMap(({ body }) => (body ?? '').match(/^\d+\.\d+$/) ?? [])
    expect(sent).toEqual(sent.toSorted((a, b) => Number(a) - Number(b))) // [L9]
  }
}

test.for([
  ['one room', 1],
  ['fifty rooms', 50],
] as const)('[R1] [L3] [L8] [L9] 3 nodes × 50 senders on %s keep every promise', async ([, count]) => {
  const seed = Math.floor(Math.random() * 1e9)
  const chance = openSeeded(seed)
  const roomIds = await makeRooms(count)
  const beganAt = performance.now()
  const played = people.map((authorId, index) => {
    const roomId = must(roomIds[index % count], 'there is a room')
    return play(chance, { roomId, authorId, home: index % 3 })
  })
  const endings = (await Promise.all(played)).flat()
  const tookMs = Math.round(performance.now() - beganAt)
  console.info(`seed ${seed}: ${endings.length} attempts in ${tookMs} ms`)
  const byRoom = Map.groupBy(endings, ({ draft }) => draft.roomId)
  for (const roomId of roomIds) await judge(roomId, byRoom.get(roomId) ?? [])
  // a deadlock would have been an outage of its victims
  expect(endings.filter(({ refusal }) => refusal?.code === 'unavailable')).toEqual([])
})

test('[L1] a room that somebody else holds delays no other, and gets all that waited when it is let go', async () => {
  const [held = '', free = ''] = await makeRooms(2)
  const author = must(people[1], 'there is somebody')
  let done: Ending[] = []
  const waiting: Promise<Ending>[] = []
  await must(nodes[2], 'there is a node').postgres.ask((prisma) =>
    prisma.$transaction(async (stranger) => {
      await stranger.$queryRaw`SELECT id FROM rooms WHERE id = ${held}::uuid FOR UPDATE`
      for (let n = 0; n < 20; n++) waiting.push(attempt(nodes, n % 2, draftOf(held, author, `held ${n}`)))
      const others = Array.from({ length: 20 }, (_, n) => attempt(nodes, n % 2, draftOf(free, author, `free ${n}`)))
      done = await Promise.all(others)
    }),
  )
  expect(done.every(({ seq }) => seq !== undefined)).toBe(true)
  const got = await Promise.all(waiting)
  expect(got.map(({ seq }) => seq).sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})
