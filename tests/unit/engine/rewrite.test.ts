import { expect, test } from 'vitest'
import { openTown, read } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const bodies = ({ hall }: Town) => read(hall.timeline.get().rows)
const kept = ({ cluster }: Town) => cluster.rooms.rows('hall').map(({ body }) => body)
const waiting = ({ engine }: Pick<Town, 'engine'>) =>
  engine.waiting
    .get()
    .map(({ roomId, draft }) => `${roomId}: ${draft.body} ${draft.editable ? '(editable)' : ''}`.trim())

/** A town that ada’s machine cannot reach. */
async function openCutTown() {
  const town = await openTown()
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  await town.clock.advance(10)
  return town
}

test('what waits is listed over all rooms in the order it was written, until it is acknowledged', async () => {
  const town = await openCutTown()
  const yard = town.engine.open('yard')
  town.hall.send('one')
  yard.send('two')
  town.hall.send('three')
  expect(waiting(town)).toEqual(['hall: one (editable)', 'yard: two (editable)', 'hall: three (editable)'])
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(waiting(town)).toEqual([])
  expect(kept(town)).toEqual(['one', 'three'])
})

test('[L3] a draft that was never sent takes other words under its id, also after a reload, and is sent in its place', async () => {
  const town = await openCutTown()
  const id = town.hall.send('frist')
  town.hall.send('second')
  expect(town.hall.rewrite(id, 'first')).toBe(true)
  expect(bodies(town)).toEqual(['first (sending)', 'second (sending)'])
  await town.clock.advance(100)
  town.engine.close()
  const engine = town.machine.open()
  await town.clock.advance(100)
  expect(waiting({ engine })).toEqual(['hall: first (editable)', 'hall: second (editable)'])
  expect(engine.open('hall').rewrite(id, 'first of all')).toBe(true)
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(kept(town)).toEqual(['first of all', 'second'])
  expect(town.cluster.rooms.rows('hall')[0]?.id).toBe(id)
})

test('[L3] a draft on its way, or one that nobody knows the fate of, keeps its words, also after a reload', async () => {
  const town = await openTown()
  town.machine.network.losesAnswer = (name) => name === 'message:send'
  town.machine.network.losesEvent = () => true
  const id = town.hall.send('sent')
  expect(town.hall.rewrite(id, 'something else')).toBe(false)
  await town.clock.advance(20)
  expect(town.hall.rewrite(id, 'something else')).toBe(false)
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  await town.clock.advance(1_000)
  expect(waiting(town)).toEqual(['hall: sent'])
  expect(town.hall.rewrite(id, 'something else')).toBe(false)
  town.engine.close()
  const engine = town.machine.open()
  await town.clock.advance(100)
  expect(waiting({ engine })).toEqual(['hall: sent'])
  expect(engine.open('hall').rewrite(id, 'something else')).toBe(false)
  town.machine.network.losesAnswer = () => false
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(kept(town)).toEqual(['sent'])
  expect(waiting({ engine })).toEqual([])
})

test('[L3] a draft that stood behind another is marked before it goes out, so a crash on the way leaves no doubt', async () => {
  const town = await openTown()
  town.hall.send('one')
  town.hall.send('two')
  expect(waiting(town)).toEqual(['hall: one', 'hall: two (editable)'])
  town.machine.network.losesEvent = () => true
  let sends = 0
  town.machine.network.losesAnswer = (name) => name === 'message:send' && ++sends === 2
  await town.clock.advance(100)
  expect(kept(town)).toEqual(['one', 'two'])
  town.engine.close()
  town.machine.network.isUp = false
  const engine = town.machine.open()
  await town.clock.advance(100)
  expect(waiting({ engine })).toEqual(['hall: two'])
})

test('[L3] a refused draft takes other words under the same id; one refused after an attempt of unknown outcome does not', async () => {
  const town = await openTown()
  town.machine.network.refuses = (name) => (name === 'message:send' ? { code: 'too-large' } : null)
  const id = town.hall.send('far too long')
  await town.clock.advance(50)
  expect(waiting(town)).toEqual(['hall: far too long (editable)'])
  town.machine.network.refuses = () => null
  expect(town.hall.rewrite(id, 'short')).toBe(true)
  await town.clock.advance(50)
  expect(kept(town)).toEqual(['short'])
  expect(town.cluster.rooms.rows('hall')[0]?.id).toBe(id)

  let tries = 0
  town.machine.network.refuses = (name) =>
    name === 'message:send' ? { code: tries++ === 0 ? 'unavailable' : 'forbidden', retryInMs: 100 } : null
  const unsure = town.hall.send('perhaps')
  await town.clock.advance(1_000)
  expect(bodies(town).at(-1)).toBe('perhaps (failed)')
  expect(town.hall.rewrite(unsure, 'surely')).toBe(false)
  expect(bodies(town).at(-1)).toBe('perhaps (failed)')
})

test('[L3] other words for a draft whose id is taken go out under a new id', async () => {
  const town = await openTown()
  town.cluster.rooms.send([{ roomId: 'hall', id: 'id-1-1', authorId: 'ben', body: 'mine first' }])
  const id = town.hall.send('hello')
  await town.clock.advance(50)
  expect(town.hall.rewrite(id, 'hello there')).toBe(true)
  await town.clock.advance(50)
  expect(kept(town)).toEqual(['mine first', 'hello there'])
  expect(waiting(town)).toEqual([])
})

test('a draft that waits for the server to have time may be rewritten meanwhile', async () => {
  const town = await openTown()
  town.machine.network.refuses = (name) => (name === 'message:send' ? { code: 'overloaded', retryInMs: 2_000 } : null)
  const id = town.hall.send('hello')
  await town.clock.advance(500)
  town.machine.network.refuses = () => null
  expect(town.hall.rewrite(id, 'good evening')).toBe(true)
  await town.clock.advance(100)
  expect(kept(town)).toEqual(['good evening'])
})

test('[S9] signing out leaves nothing waiting', async () => {
  const town = await openTown()
  town.machine.network.refuses = (name) => (name === 'message:send' ? { code: 'forbidden' } : null)
  town.hall.send('refused')
  await town.clock.advance(50)
  expect(waiting(town)).toEqual(['hall: refused (editable)'])
  const leaving = town.engine.signOut()
  await town.clock.advance(50)
  await leaving
  expect(waiting(town)).toEqual([])
})
