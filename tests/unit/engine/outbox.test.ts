import { expect, test } from 'vitest'
import type { RefusalCode } from '#protocol/refusals.ts'
import { openTown, read, say } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const bodies = ({ hall }: Town) => read(hall.timeline.get().rows)
const kept = ({ cluster }: Town) => cluster.rooms.rows('hall').map(({ body }) => body)
const sends = ({ cluster }: Town) => cluster.calls.filter(({ name }) => name === 'message:send')
const refuseSends = (code: RefusalCode, retryInMs?: number) => (name: string) =>
  name === 'message:send' ? { code, ...(retryInMs === undefined ? {} : { retryInMs }) } : null

test('a draft is shown in the same turn and becomes the message under the same key', async () => {
  const town = await openTown()
  const keys: string[] = []
  const counts: number[] = []
  town.hall.timeline.subscribe(({ rows }) => {
    keys.push(rows[0]?.key ?? '')
    counts.push(rows.length)
  })
  const id = town.hall.send('hello')
  expect(bodies(town)).toEqual(['hello (sending)'])
  await town.clock.advance(50)
  expect(bodies(town)).toEqual(['hello'])
  expect(new Set(keys)).toEqual(new Set([id]))
  expect(new Set(counts)).toEqual(new Set([1]))
})

test('only after 300 ms without an answer a draft counts as slow', async () => {
  const town = await openTown()
  town.machine.network.delayMs = () => 400
  town.hall.send('hello')
  await town.clock.advance(299)
  expect(bodies(town)).toEqual(['hello (sending)'])
  await town.clock.advance(2)
  expect(bodies(town)).toEqual(['hello (slow)'])
  await town.clock.advance(1_000)
  expect(bodies(town)).toEqual(['hello'])
})

test('[L9] the drafts of a room go one at a time, in their order, also when an answer is lost', async () => {
  const town = await openTown()
  let lost = 0
  town.machine.network.losesAnswer = (name) => name === 'message:send' && lost++ === 1
  for (const body of ['one', 'two', 'three', 'four']) town.hall.send(body)
  await town.clock.advance(4_000)
  expect(sends(town)).toHaveLength(2)
  await town.clock.advance(6_000)
  expect(kept(town)).toEqual(['one', 'two', 'three', 'four'])
  expect(bodies(town)).toEqual(['one', 'two', 'three', 'four'])
})

test('[L3] an unanswered draft is sent anew over another connection with the same id, and is there once', async () => {
  const town = await openTown()
  town.machine.network.losesEvent = () => true
  let answers = 0
  town.machine.network.losesAnswer = (name) => name === 'message:send' && answers++ === 0
  town.cluster.nodes.next = 'node-2'
  town.hall.send('hello')
  await town.clock.advance(4_900)
  expect(town.engine.link.get().node).toBe('node-1')
  await town.clock.advance(1_500)
  expect(town.engine.link.get()).toMatchObject({ state: 'online', node: 'node-2' })
  expect(kept(town)).toEqual(['hello'])
  expect(bodies(town)).toEqual(['hello'])
})

test('a message that arrives before its ack settles the draft', async () => {
  const town = await openTown()
  town.machine.network.losesAnswer = (name) => name === 'message:send'
  town.hall.send('hello')
  await town.clock.advance(100)
  expect(bodies(town)).toEqual(['hello'])
  expect(town.hall.timeline.get().rows[0]?.kind).toBe('message')
})

test.each(['bad-input', 'forbidden', 'not-found', 'too-large'] as const)(
  'a definite refusal (%s) fails the draft at once and lets the next one pass',
  async (code) => {
    const town = await openTown()
    town.machine.network.refuses = refuseSends(code)
    const id = town.hall.send('bad')
    await town.clock.advance(50)
    expect(bodies(town)).toEqual(['bad (failed)'])
    expect(town.engine.rooms.get().find(({ room }) => room.id === 'hall')?.failed).toBe(true)
    town.machine.network.refuses = () => null
    town.hall.send('good')
    await town.clock.advance(50)
    expect(bodies(town)).toEqual(['good', 'bad (failed)'])
    town.hall.retry(id)
    await town.clock.advance(50)
    expect(kept(town)).toEqual(['good', 'bad'])
    expect(town.cluster.rooms.rows('hall')[1]?.id).toBe(id)
    expect(town.engine.rooms.get().find(({ room }) => room.id === 'hall')?.failed).toBe(false)
  },
)

test('[L3] a draft whose id is taken gets a new one on retry, and only then', async () => {
  const town = await openTown()
  town.cluster.rooms.send([{ roomId: 'hall', id: 'id-1-1', authorId: 'ben', body: 'mine first' }])
  const id = town.hall.send('hello')
  expect(id).toBe('id-1-1')
  await town.clock.advance(50)
  expect(town.hall.timeline.get().rows.at(-1)).toMatchObject({ draft: { state: 'failed', refusal: 'id-taken' } })
  town.hall.retry(id)
  await town.clock.advance(50)
  expect(kept(town)).toEqual(['mine first', 'hello'])
})

test.each(['draining', 'overloaded', 'slow-down', 'unavailable'] as const)(
  '%s is tried again after the time it names, without bothering anybody',
  async (code) => {
    const town = await openTown()
    town.machine.network.refuses = refuseSends(code, 2_000)
    town.hall.send('hello')
    await town.clock.advance(1_900)
    expect(sends(town)).toHaveLength(1)
    expect(bodies(town)).toEqual(['hello (slow)'])
    town.machine.network.refuses = () => null
    await town.clock.advance(200)
    expect(bodies(town)).toEqual(['hello'])
  },
)

test('trouble without a time is tried again with growing pauses', async () => {
  const town = await openTown()
  town.machine.network.refuses = refuseSends('unavailable')
  town.hall.send('hello')
  await town.clock.advance(60_000)
  expect(sends(town).length).toBeGreaterThan(6)
  expect(sends(town).length).toBeLessThan(20)
})

test('what was written offline is sent in order after a reload, with the ids it had', async () => {
  const town = await openTown()
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  const ids = ['one', 'two', 'three'].map((body) => town.hall.send(body))
  await town.clock.advance(500)
  town.engine.close()
  const again = town.machine.open()
  await town.clock.advance(100)
  const hall = again.open('hall')
  await town.clock.advance(100)
  expect(read(hall.timeline.get().rows)).toEqual(['one (sending)', 'two (sending)', 'three (sending)'])
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(town.cluster.rooms.rows('hall').map(({ id }) => id)).toEqual(ids)
  expect(read(hall.timeline.get().rows)).toEqual(['one', 'two', 'three'])
})

test('a failed draft survives a reload as failed, and is gone when it is discarded', async () => {
  const town = await openTown()
  town.machine.network.refuses = refuseSends('too-large')
  const id = town.hall.send('bad')
  await town.clock.advance(100)
  town.engine.close()
  const again = town.machine.open()
  await town.clock.advance(100)
  const hall = again.open('hall')
  await town.clock.advance(100)
  expect(hall.timeline.get().rows.at(-1)).toMatchObject({ draft: { id, state: 'failed', refusal: 'too-large' } })
  hall.discard(id)
  await town.clock.advance(100)
  again.close()
  const last = town.machine.open()
  await town.clock.advance(100)
  expect(read(last.open('hall').timeline.get().rows)).toEqual([])
})

test('[R11] a resend that was edited elsewhere meanwhile never shows its first body for good', async () => {
  const town = await openTown()
  const { network } = town.machine
  network.losesEvent = () => true
  network.losesAnswer = (name) => name === 'message:send'
  town.hall.send('first body')
  await town.clock.advance(100)
  town.cluster.rooms.edit('hall', 1, 'edited elsewhere')
  network.losesAnswer = () => false
  network.refuses = (name) => (name === 'room:resume' ? { code: 'unavailable' } : null)
  await town.clock.advance(6_000) // the ack of the resend comes before any answer of the room
  expect(town.hall.timeline.get().rows[0]?.kind).toBe('message')
  network.refuses = () => null
  await town.clock.advance(10_000)
  expect(bodies(town)).toEqual(['edited elsewhere'])
})

test.each(Array.from({ length: 12 }, (_, depth) => depth))(
  '[L6] a draft put in the very turn in which the line falls idle does not sleep (%i microtasks later)',
  async (depth) => {
    const town = await openTown()
    town.machine.network.losesEvent = () => true
    async function sendSecond(): Promise<void> {
      for (let turn = 0; turn < depth; turn++) await null
      town.hall.send('second')
    }
    const stop = town.hall.timeline.subscribe(({ rows }) => {
      if (rows[0]?.kind !== 'message') return
      stop()
      void sendSecond()
    })
    town.hall.send('first')
    await town.clock.advance(200)
    expect(kept(town)).toEqual(['first', 'second'])
  },
)

test('an own send takes the reader to the newest window', async () => {
  const town = await openTown({ sent: 200 })
  void town.hall.loadAround(20)
  await town.clock.advance(100)
  town.hall.send('here')
  expect(town.hall.timeline.get().atEnd).toBe(true)
  expect(bodies(town).at(-1)).toBe('here (sending)')
  say(town.cluster, 'hall', 'ben', 'and there')
  await town.clock.advance(100)
  expect(new Set(bodies(town).slice(-2))).toEqual(new Set(['and there', 'here']))
})
