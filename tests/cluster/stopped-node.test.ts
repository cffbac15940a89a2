/** A node that stands still in the middle of a commit must not hold its rooms: no lock survives a round trip. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, inject, test } from 'vitest'
import { openLog } from '../../server/kit/log.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { clusterControl } from '../kit/cluster-control.ts'
import { eventually } from '../kit/eventually.ts'
import { createRoom, signUp } from '../kit/visitor.ts'

afterEach(() => clusterControl().heal())

test('[L1] a node stopped in mid-commit does not hold its rooms: others go on sending to them within 2 s', async () => {
  const { nodes, databaseUrl } = inject('cluster')
  const [still, awake] = nodes
  if (still === undefined || awake === undefined) throw new Error('unable to test; there are too few nodes')
  const ada = await signUp(awake.url)
  const room = await createRoom(ada, 'public')
  const log = openLog({ node: 'test', level: 'silent', pretty: false })
  const postgres = openPostgres({ url: databaseUrl, poolMax: 3, log })
  const messages = `/api/rooms/${room.id}/messages`
  const said = (body: string) => ({ id: randomUUID(), body })

  // Somebody holds the room, so that the node's commit is under way, inside Postgres, when it is stopped.
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: held, resolve: isHeld } = Promise.withResolvers<void>()
  const holding = postgres.ask((prisma) =>
    prisma.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT FROM rooms WHERE id = ${room.id}::uuid FOR NO KEY UPDATE`
      isHeld()
      await released
    }),
  )
  await held
  ada.origin = still.url
  const draft = said('sent through the node that stops')
  const unanswered = ada.post(messages, draft).catch(() => null)
  await eventually(async () => {
    const waiting = await postgres.ask(
      (prisma) =>
        prisma.$queryRaw<
          unknown[]
        >`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append%'`,
    )
    return waiting.length > 0
  })
  await clusterControl().node('pause', 1)
  release()
  await holding

  ada.origin = awake.url
  const beganAt = performance.now()
  for (let turn = 0; turn < 20; turn += 1) {
    const { status } = await ada.post(messages, said(`through another node, ${turn}`))
    expect(status).toBe(201)
  }
  expect(performance.now() - beganAt).toBeLessThan(2_000)

  // Sent again under its id it is answered with what it became: the commit went through without its node.
  const { status, body } = await ada.post<{ message: { seq: number } }>(messages, draft)
  expect({ status, seq: body.message.seq }).toEqual({ status: 201, seq: 1 })
  await clusterControl().node('resume', 1)
  await unanswered
  await postgres.close()
})
