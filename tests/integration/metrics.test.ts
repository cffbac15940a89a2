/** Every number is really moved by nodes that run: chat between two of them, and a few things that go wrong. */
import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCaller, refusedAt } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes, type TestNodes } from '../kit/nodes.ts'
import { openRawSocket } from '../kit/raw-socket.ts'
import { createRoom, openVisitor, signUp } from '../kit/visitor.ts'

let cluster: TestNodes
let [one, two] = ['', '']

beforeAll(async () => {
  cluster = await openNodes(2, { BUDGET_SEND_USER: '8/10s' })
  ;[one = '', two = ''] = cluster.origins
})
afterAll(() => cluster.close())

/** Values by name and labels, as Prometheus reads them, without the label all of them have. */
async function numbersOf(origin: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', value] = /^(.*) (\S+)$/.exec(line) ?? []
      return [name.replace(/,?node="[^"]*",?/, ''), Number(value)]
    }),
  )
}

const moves = async (origin: string, names: string[]) => {
  for (const name of names)
    await eventually(async () => {
      const value = (await numbersOf(origin)).get(name)
      if (value === undefined || value === 0) throw new Error(`${name} is ${value}`)
    })
}

test('a message between two nodes moves what counts messages, commits, frames, their way and their pace', async () => {
  const [ann, bob] = await Promise.all([signUp(one), signUp(two)])
  const room = await createRoom(ann, 'private', [bob])
  const [caller, listener] = await Promise.all([openCaller(one, ann.cookie), openCaller(two, bob.cookie)])
  await caller.call('message:send', { roomId: room.id, id: randomUUIDv7(), body: 'hello' })
  await eventually(() => listener.of('room:changes').length === 1)
  await moves(one, [
    'parley_connections{}',
    'parley_handshakes_total{outcome="admitted"}',
    'parley_messages_total{}',
    'parley_commits_total{}',
    'parley_batch_writes_count{}',
    'parley_commit_seconds_count{}',
    'parley_session_reads_total{outcome="found"}',
    'parley_deliveries_total{event="room:changes"}',
    'parley_delivery_seconds_count{path="local"}',
    'parley_fanout_seconds_count{}',
    'parley_postgres_pool_connections{state="idle"}',
    'nodejs_eventloop_lag_p99_seconds{}',
    'process_resident_memory_bytes{}',
  ])
  for (const service of ['postgres', 'redis-state', 'redis-cache', 'redis-publisher', 'redis-subscriber'])
    await moves(one, [`parley_ping_seconds_count{service="${service}"}`])
  await moves(two, ['parley_deliveries_total{event="room:changes"}', 'parley_delivery_seconds_count{path="remote"}'])
  expect((await numbersOf(two)).get('parley_messages_total{}')).toBe(0)
  expect((await numbersOf(one)).get('parley_outage{service="redis-state"}')).toBe(0)
})

test('resumes by kind, the gaps among them, pages by source, and refusals by code', async () => {
  const ann = await signUp(one)
  const { id: roomId } = await createRoom(ann, 'private')
  const caller = await openCaller(one, ann.cookie)
  const { epoch } = (await ann.get<{ epoch: string }>('/api/session')).body
  await caller.call('message:send', { roomId, id: randomUUIDv7(), body: 'hello' })
  const before = (await numbersOf(one)).get('parley_gaps_total{}')
  await caller.call('room:resume', { roomId, epoch, rev: 1, atLeast: 2 })
  expect((await numbersOf(one)).get('parley_gaps_total{}')).toBe(before)
  await caller.call('room:resume', { roomId, epoch, rev: 1, atLeast: 2 })
  await caller.call('room:resume', { roomId, epoch: 'another', rev: 1 })
  expect((await numbersOf(one)).get('parley_gaps_total{}')).toBe((before ?? 0) + 1)
  for (let page = 0; page < 2; page++) await caller.call('room:page', { roomId })
  for (let write = 0; write < 9; write++)
    await caller.call('message:send', { roomId, id: randomUUIDv7(), body: `${write}` })
  await refusedAt(one, 'parley.sid=nobody')
  await openVisitor(one).get('/api/session', { headers: { cookie: 'parley.sid=nobody' } })
  await moves(one, [
    'parley_resumes_total{kind="changes"}',
    'parley_resumes_total{kind="reset"}',
    'parley_pages_total{source="database"}',
    'parley_pages_total{source="cache"}',
    'parley_cache_looks_total{outcome="leased"}',
    'parley_cache_page_seconds_count{source="cache"}',
    'parley_cache_fills_total{outcome="kept"}',
    'parley_cache_bytes_total{direction="read"}',
    'parley_refusals_total{code="slow-down"}',
    'parley_handshakes_total{outcome="signed-out"}',
  ])
})

test('a connection that floods its node is counted as given up', async () => {
  const ann = await signUp(two)
  const socket = await openRawSocket(two, ann.cookie)
  for (let count = 0; count < 6_000; count += 1) socket.send('40/nowhere,{}')
  await moves(two, ['parley_sockets_given_up_total{reason="flood"}'])
})

test('the numbers are on the node’s own port, and name neither people nor rooms', async () => {
  const ann = await signUp(one)
  const room = await createRoom(ann, 'private')
  const text = await (await fetch(`${one}/metrics`)).text()
  for (const secret of [ann.user.id, ann.user.username, room.id, room.title]) expect(text).not.toContain(secret)
})
