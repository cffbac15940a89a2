/** What the store says when Postgres is killed, cut off, silent, locked or full: for each, whether the work is surely undone. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openMetrics } from '../../server/kit/metrics.ts'
import { must } from '../../server/kit/must.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { isDataError, isOutage, isUnknownOutcome, StoreFault } from '../../server/store/faults.ts'
import type { Send } from '../../server/store/message-log.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { freshDatabase } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { openStore, type RealStore, silent } from '../kit/open-store.ts'
import { openTap } from '../kit/tap.ts'

let url = ''
let store: RealStore
let userId = ''
beforeAll(async () => {
  url = await freshDatabase()
  store = openStore(url)
  userId = (await store.users.create({ username: 'ann', displayName: 'Ann', passwordHash: '-' })).id
})
afterAll(() => store.close())

const newRoom = async () =>
  (await store.book.create({ kind: 'private', title: 'Room' }, { userId, admin: false })).room.id
const draft = (roomId: string, body = 'hello'): Send => ({
  kind: 'send',
  roomId,
  authorId: userId,
  id: randomUUIDv7(),
  body,
})

async function faultFrom(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (fault: unknown) => fault,
  )
}

/** Holds the lock of a room, as another commit would, until let go. */
async function hold(roomId: string): Promise<() => Promise<void>> {
  const { promise: end, resolve } = Promise.withResolvers<void>()
  const { promise: held, resolve: isHeld } = Promise.withResolvers<void>()
  const other = openStore(url, 1)
  const holding = other.postgres.ask((prisma) =>
    prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT id FROM rooms WHERE id = ${roomId}::uuid FOR NO KEY UPDATE`
        isHeld()
        await end
      },
      { timeout: 20_000 },
    ),
  )
  await held
  return async () => {
    resolve()
    await holding.catch(() => {}) // the server may have ended it for idling
    await other.close()
  }
}

test('[L1] a room that somebody else holds is busy, for its writes alone; who is patient gets it when it is free', async () => {
  const [red, blue] = [await newRoom(), await newRoom()]
  const release = await hold(red)
  const { outcomes, commits } = await store.log.append([draft(red), draft(blue), draft(red)], { patient: false })
  expect(outcomes).toMatchObject([{ busy: true }, { ok: true }, { busy: true }])
  expect(commits.map(({ roomId }) => roomId)).toEqual([blue])
  const change = { kind: 'react', roomId: red, seq: 1, userId, emoji: 'x', on: true } as const
  expect((await store.log.append([change], { patient: false })).outcomes).toEqual([{ ok: false, busy: true }])
  const patient = store.log.append([draft(red)], { patient: true })
  await release()
  expect((await patient).outcomes).toMatchObject([{ ok: true, rev: 2 }])
})

test('a lock that is not had within its bound is an outage, and surely undone', async () => {
  const roomId = await newRoom()
  const release = await hold(roomId)
  onTestFinished(release)
  const fault = await faultFrom(store.log.append([draft(roomId)], { patient: true }))
  expect(fault).toMatchObject({
    view: { code: 'unavailable', definite: true },
    cause: { kind: 'busy', sqlState: '55P03' },
  })
  expect([isOutage(fault), isUnknownOutcome(fault), isDataError(fault)]).toEqual([true, false, false])
})

test('a statement that runs past its bound is an outage, and surely undone', async () => {
  const fault = await faultFrom(store.postgres.ask((prisma) => prisma.$queryRaw`SELECT pg_sleep(20)::text`))
  expect(fault).toMatchObject({ view: { definite: true }, cause: { kind: 'busy', sqlState: '57014' } })
})

test.each(['a NUL \u0000', 'a lone \ud800'])('[L8] %j is a data error: nothing of the batch happened', async (body) => {
  const roomId = await newRoom()
  const fault = await faultFrom(store.log.append([draft(roomId), draft(roomId, body)], { patient: true }))
  expect(fault).toBeInstanceOf(StoreFault)
  expect([isDataError(fault), isOutage(fault), isUnknownOutcome(fault)]).toEqual([true, false, false])
  expect(await store.log.revs([roomId])).toEqual(new Map([[roomId, { rev: 1, head: 0 }]]))
})

test('a fault never carries what somebody wrote', async () => {
  const words = `secret-${randomUUIDv7()}`
  const insert = store.postgres.ask(
    (prisma) => prisma.$executeRaw`INSERT INTO messages (room_id, seq, id, rev, author_id, body, sent_at, deleted_at)
      VALUES (gen_random_uuid(), 1, gen_random_uuid(), 1, gen_random_uuid(), ${words}, now(), now())`,
  )
  const fault = await faultFrom(insert)
  expect(fault).toMatchObject({ kind: 'data', sqlState: '23514' })
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain(words)
})

test('[L4] a backend killed in mid-commit leaves an unknown outcome; the next call has a new connection', async () => {
  const roomId = await newRoom()
  const release = await hold(roomId)
  onTestFinished(release)
  const pending = faultFrom(store.log.append([draft(roomId)], { patient: true }))
  const killer = openStore(url, 1)
  onTestFinished(() => killer.close())
  await eventually(async () => {
    const killed = await killer.postgres.ask(
      (prisma) => prisma.$queryRaw<unknown[]>`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'SELECT append(%'`,
    )
    return killed.length === 1
  })
  const fault = await pending
  expect(fault).toMatchObject({ view: { code: 'unavailable', definite: false } })
  expect([isOutage(fault), isUnknownOutcome(fault), isDataError(fault)]).toEqual([true, true, false])
  expect((await store.log.append([draft(await newRoom())], { patient: true })).outcomes).toMatchObject([{ ok: true }])
})

test('[L4] a connection cut in mid-commit leaves an unknown outcome, and what was committed is read back', async () => {
  const tap = await openTap(url)
  onTestFinished(() => tap.close())
  const far = openStore(tap.url, 1)
  onTestFinished(() => far.close())
  const roomId = await newRoom()
  await far.postgres.ping()
  tap.mute() // the commit gets through, its answer does not
  const lost = draft(roomId)
  const pending = faultFrom(far.log.append([lost], { patient: true }))
  await eventually(async () => (await store.log.find(roomId, [lost.id])).length === 1)
  tap.cut()
  const fault = await pending
  expect([isOutage(fault), isUnknownOutcome(fault)]).toEqual([true, true])
  expect(await store.log.find(roomId, [lost.id])).toMatchObject([{ seq: 1, body: 'hello' }])
})

test('a node that stops while it waits for its commit holds no room: others go on writing at once', async () => {
  const tap = await openTap(url)
  onTestFinished(() => tap.close())
  const stopped = openStore(tap.url, 1)
  const roomId = await newRoom()
  await stopped.postgres.ping()
  tap.mute() // from here on it neither hears nor says anything more, as a stopped process would
  const pending = faultFrom(stopped.log.append([draft(roomId)], { patient: true }))
  await eventually(async () => (await store.log.revs([roomId])).get(roomId)?.head === 1)
  const { outcomes } = await store.log.append([draft(roomId)], { patient: false })
  expect(outcomes).toMatchObject([{ ok: true, message: { seq: 2 } }])
  tap.cut()
  await pending
  await stopped.close()
})

test('a server that falls silent is given up after a while, of unknown outcome', async () => {
  const tap = await openTap(url)
  onTestFinished(() => tap.close())
  const far = openStore(tap.url, 1)
  await far.postgres.ping()
  tap.mute()
  const began = performance.now()
  const [read, ping] = await Promise.all([faultFrom(far.log.epoch()), faultFrom(far.postgres.ping())])
  expect(String(ping)).toContain('no answer in 1000 ms')
  expect([isOutage(read), isUnknownOutcome(read)]).toEqual([true, true])
  expect(performance.now() - began).toBeLessThan(9_000)
  tap.cut()
  await far.close()
}, 20_000)

test('nobody there, a wrong password and no free connection are outages, surely undone', async () => {
  const nobody = new URL(url)
  nobody.port = '1'
  const stranger = new URL(url)
  stranger.password = 'wrong'
  for (const [address, kind] of [
    [nobody, 'away'],
    [stranger, 'away'],
  ] as const) {
    const far = openStore(address.href, 1)
    expect(await faultFrom(far.log.epoch())).toMatchObject({ view: { definite: true }, cause: { kind } })
    await far.close()
  }
  const narrow = openStore(url, 1)
  const slow = narrow.postgres.ask((prisma) => prisma.$queryRaw`SELECT pg_sleep(3)::text`)
  expect(await faultFrom(narrow.log.epoch())).toMatchObject({ view: { definite: true }, cause: { kind: 'busy' } })
  await slow
  await narrow.close()
})

test('an outage is shown by the gauge while it lasts, and every fault is counted', async () => {
  const tap = await openTap(url)
  onTestFinished(() => tap.close())
  const metrics = openMetrics({ node: 'test', version: 'test' })
  const postgres = openPostgres({ url: tap.url, poolMax: 1, log: silent, metrics })
  const gauge = async () => must((await metrics.outages.get()).values[0], 'the gauge was set').value
  await postgres.ping()
  tap.cut()
  await eventually(async () => (await gauge()) === 1)
  await postgres.ping()
  expect(await gauge()).toBe(0)
  expect((await metrics.storeFaults.get()).values).toMatchObject([{ labels: { kind: 'unknown' } }])
  await postgres.close()
})

test('a refusal made in the course of the work passes as it is', async () => {
  const refusal = new Refusal('conflict')
  expect(await faultFrom(store.postgres.ask(() => Promise.reject(refusal)))).toBe(refusal)
})
