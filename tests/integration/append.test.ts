/** The commit against a real Postgres: many pools, retries, poison and changes of membership at once, and every invariant after. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { faultOf, isDataError, isOutage, isUnknownOutcome } from '../../server/store/faults.ts'
import type { Appended, Outcome, Send, Write } from '../../server/store/message-log.ts'
import type { RoomChange } from '../../server/store/room-book.ts'
import { freshDatabase } from '../kit/database.ts'
import { openStore, type RealStore } from '../kit/open-store.ts'
import { openSeeded, type Seeded } from '../kit/seeded.ts'

const { SEED } = process.env
const seed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31))
const senders = 150
const draftsEach = 4
/** Text that no Postgres takes: it spoils the whole batch, which then has to be split. [L8] */
const poison = ['a\u0000b', 'lone \ud800 surrogate']

type Span = { roomId: string; base: number; rev: number }
type Sent = { draft: Send; outcome: Outcome }

let pools: RealStore[] = []
beforeAll(async () => {
  const url = await freshDatabase()
  pools = [openStore(url), openStore(url), openStore(url)]
})
afterAll(() => Promise.all(pools.map((pool) => pool.close())))

const outcomeAt = (appended: Appended, n = 0) => must(appended.outcomes[n], 'every write has an outcome')

/** Tries again as a client would when it was certainly not done; with 300 calls on 30 connections some wait too long. */
async function persist<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (fault) {
      const { sqlState } = faultOf(fault instanceof Error ? (fault.cause ?? fault) : fault)
      const isRetried = isOutage(fault) && !isUnknownOutcome(fault) && sqlState !== '40P01' // a deadlock is our mistake
      if (!isRetried || tries === 20) throw fault
    }
  }
}

/** As a lane does it: not patient first, then patient for what was busy; a batch that cannot be is halved. */
async function commit(pool: RealStore, writes: Write[], spans: Span[]): Promise<Outcome[]> {
  async function tryAll(some: Write[], patient: boolean): Promise<Outcome[]> {
    try {
      const { outcomes, commits } = await persist(() => pool.log.append(some, { patient }))
      spans.push(...commits)
      const busy = some.filter((_, n) => 'busy' in must(outcomes[n], 'every write has an outcome'))
      const late = busy.length > 0 ? await tryAll(busy, true) : []
      return outcomes.map((outcome) => ('busy' in outcome ? must(late.shift(), 'nobody stays busy') : outcome))
    } catch (fault) {
      if (!isDataError(fault)) throw fault
      if (some.length === 1) return [{ ok: false, code: 'bad-input' }]
      const middle = some.length >> 1
      return [...(await tryAll(some.slice(0, middle), patient)), ...(await tryAll(some.slice(middle), patient))]
    }
  }
  return tryAll(writes, false)
}

async function stage(rooms: number) {
  const first = must(pools[0], 'there are pools')
  const people = Array.from({ length: senders }, (_, n) => ({ username: `u${n}-${randomUUIDv7().slice(-12)}` }))
  const userIds: string[] = []
  for (const { username } of people)
    userIds.push((await first.users.create({ username, displayName: username, passwordHash: '-' })).id)
  const owner = { userId: must(userIds[0], 'there is an owner'), admin: false }
  const roomIds: string[] = []
  const spans: Span[] = []
  for (let n = 0; n < rooms; n++) {
    const change = await first.book.create({ kind: 'public', title: `Room ${n}`, memberIds: userIds }, owner)
    roomIds.push(change.room.id)
    spans.push({ roomId: change.room.id, base: change.base, rev: change.rev })
  }
  return { userIds, roomIds, owner, spans }
}

type World = Awaited<ReturnType<typeof stage>>

/** Sends its drafts in small batches, each batch through two pools at once, with strangers' ids and poison among them. */
async function sender(world: World, { n, random, sent }: { n: number; random: Seeded; sent: Sent[] }) {
  const authorId = must(world.userIds[n], 'there is a sender')
  for (let at = 0; at < draftsEach; at += 2) {
    const roomId = random.pick(world.roomIds)
    const drafts = [0, 1].map(
      (more): Send => ({ kind: 'send', roomId, authorId, id: randomUUIDv7(), body: `${n}.${at + more}` }),
    )
    const replayed = sent.filter(({ draft }) => draft.roomId === roomId)
    const spoilt: Write[] = [
      { kind: 'send', roomId, authorId, id: randomUUIDv7(), body: random.pick(poison) },
      { kind: 'send', roomId, authorId: randomUUIDv7(), id: randomUUIDv7(), body: 'nobody' },
      { kind: 'react', roomId, seq: 1, userId: authorId, emoji: random.pick(['a', 'b']), on: random.chance(0.7) },
      ...replayed.slice(-1).map(({ draft }) => ({ ...draft, authorId, body: 'replayed' })),
    ]
    const writes: Write[] = random.chance(0.2) ? [...drafts, ...spoilt] : drafts
    const [one, other] = random.shuffle(pools)
    const tries = [must(one, 'a pool'), must(other, 'a pool')].map((pool) => commit(pool, writes, world.spans))
    for (const outcomes of await Promise.all(tries))
      for (const [index, draft] of drafts.entries()) sent.push({ draft, outcome: must(outcomes[index], 'an outcome') })
  }
}

/** Keeps renaming a room and changing who is in it: its revs must tile with those of the messages. [M1] */
async function meddle({ roomIds, owner, spans }: World, random: Seeded): Promise<void> {
  const note = ({ room, base, rev }: RoomChange) => spans.push({ roomId: room.id, base, rev })
  const pool = random.pick(pools)
  const name = `m-${randomUUIDv7()}`
  const newcomer = { username: name.slice(0, 32), displayName: name, passwordHash: '-' }
  const { id: userId } = await persist(() => pool.users.create(newcomer))
  for (let n = 0; n < 15; n++) {
    const roomId = random.pick(roomIds)
    const { book } = random.pick(pools)
    note(await persist(() => book.putMember({ roomId, userId }, owner)))
    note(await persist(() => book.change({ roomId, title: `${name} ${n}` }, owner)))
    note(await persist(() => book.removeMember({ roomId, userId }, owner)))
  }
}

/** The spans of a room, ordered, leave no hole and never overlap. [R1] */
function expectTiles(spans: Span[], rev: number): void {
  const ordered = spans.filter((span) => span.base < span.rev).sort((a, b) => a.base - b.base)
  let at = 0
  for (const span of ordered) {
    expect(span.base).toBe(at)
    at = span.rev
  }
  expect(at).toBe(rev)
}

async function expectRoom(roomId: string, world: World, sent: Sent[]): Promise<void> {
  const { log } = must(pools[1], 'there are pools')
  const { rev, head } = must((await log.revs([roomId])).get(roomId), 'the room is there')
  const messages = []
  for (let after = 0; after < head; after += 100)
    messages.push(...(await log.page({ roomId, userId: world.owner.userId, after, limit: 100 })).messages)
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, n) => n + 1))
  expectTiles(
    world.spans.filter((span) => span.roomId === roomId),
    rev,
  )

  const mine = sent.filter(({ draft }) => draft.roomId === roomId)
  expect(new Set(messages.map(({ id }) => id))).toEqual(new Set(mine.map(({ draft }) => draft.id)))
  const byId = new Map(messages.map((message) => [message.id, message]))
  for (const { draft, outcome } of mine) {
    const message = must(byId.get(draft.id), 'what was acknowledged is there')
    expect(outcome).toMatchObject({
      ok: true,
      message: { seq: message.seq, body: draft.body, authorId: draft.authorId },
    })
  }
  const lastOf = new Map<string, number>()
  for (const { authorId, body } of messages) {
    const place = Number(body?.split('.')[1])
    expect(place).toBeGreaterThan(lastOf.get(authorId) ?? -1) // [L9]
    lastOf.set(authorId, place)
  }
}

test.each([{ rooms: 1 }, { rooms: 50 }])(
  '[R1] [L3] [L8] [L9] [M1] 150 senders over 3 pools on $rooms rooms, with retries elsewhere, poison and meddling',
  async ({ rooms }) => {
    process.stdout.write(`append: seed ${seed}\n`)
    const random = openSeeded(seed)
    const world = await stage(rooms)
    const sent: Sent[] = []
    const seeds = Array.from({ length: senders + 3 }, () => openSeeded(random.below(2 ** 31)))
    await Promise.all(
      seeds.map((own, n) => (n < senders ? sender(world, { n, random: own, sent }) : meddle(world, own))),
    )
    expect(sent).toHaveLength(senders * draftsEach * 2)
    expect(sent.filter(({ outcome }) => outcome.ok && outcome.known !== true)).toHaveLength(senders * draftsEach)
    for (const roomId of world.roomIds) await expectRoom(roomId, world, sent)
  },
  120_000,
)

test('[L3] one draft through ninety calls at once is one message, new to exactly one of them', async () => {
  const { roomIds, userIds } = await stage(1)
  const draft: Send = {
    kind: 'send',
    roomId: must(roomIds[0], ''),
    authorId: must(userIds[1], ''),
    id: randomUUIDv7(),
    body: 'once',
  }
  const tries = Array.from({ length: 90 }, (_, n) =>
    persist(() => must(pools[n % 3], 'a pool').log.append([draft], { patient: true })),
  )
  const outcomes = (await Promise.all(tries)).map((appended) => outcomeAt(appended))
  expect(outcomes.filter((outcome) => outcome.ok && outcome.known === undefined)).toHaveLength(1)
  expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.message.seq))).toEqual(new Set([1]))
})
