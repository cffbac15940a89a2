/** Answers and words that are overtaken on their way by what happened later. */
import { expect, test } from 'vitest'
import { openReads } from '../../../client/engine/reads.ts'
import { openTown, read, say } from '../../kit/engines.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

test('edits of one message are made in the order they were asked for, also when the first has to be asked twice', async () => {
  const town = await openTown({ sent: 3 })
  let refusals = 0
  town.machine.network.refuses = (name) =>
    name === 'message:edit' && refusals++ === 0 ? { code: 'unavailable', retryInMs: 500 } : null
  const answers = Promise.all([town.hall.edit(2, 'first'), town.hall.edit(2, 'second')])
  await town.clock.advance(2_000)
  expect((await answers).map(({ ok }) => ok)).toEqual([true, true])
  expect(read(town.hall.timeline.get().rows)).toEqual(['old 1', 'second', 'old 3'])
})

test('an edit that may have been made is never refused for certain', async () => {
  const town = await openTown({ sent: 1 })
  town.machine.network.losesAnswer = (name) => name === 'message:edit'
  const asked = town.hall.edit(1, 'made, but nobody knows')
  await town.clock.advance(100)
  town.machine.network.refuses = (name) => (name === 'message:edit' ? { code: 'overloaded', retryInMs: 500 } : null)
  town.machine.network.losesAnswer = () => false
  town.cluster.cut('ada')
  await town.clock.advance(30_000)
  expect(await asked).toMatchObject({ ok: false, definite: false })
  expect(town.cluster.rooms.row('hall', 1).body).toBe('made, but nobody knows')
})

test('a resume that live changes overtook does not take back the name of the room', async () => {
  const town = await openTown({ sent: 1 })
  const { network } = town.machine
  const delays = [700]
  network.delayMs = () => delays.shift() ?? 5
  say(town.cluster, 'hall', 'ben', 'slow')
  town.cluster.beat() // so we ask, before it comes
  delays.push(5, 900)
  const asked = () =>
    town.cluster.calls.some(({ name, input }) => name === 'room:resume' && 'rev' in input && input.rev > 0)
  for (let ms = 0; ms < 690 && !asked(); ms += 10) await town.clock.advance(10)
  expect(asked()).toBe(true)
  await town.clock.advance(700) // it came
  const hall = town.cluster.rooms.get('hall')
  const room = { ...hall.room, title: 'A new name' }
  const span = { roomId: 'hall', base: hall.rev, rev: hall.rev + 1, head: hall.head, messages: [], room }
  Object.assign(hall, { rev: hall.rev + 1, room })
  town.cluster.toMembers('hall', 'room:changes', span)
  await town.clock.advance(50)
  expect(town.hall.room.get()?.title).toBe('A new name')
  await town.clock.advance(2_000) // and only now the answer
  expect(town.hall.room.get()?.title).toBe('A new name')
  expect(town.engine.rooms.get().find(({ room: { id } }) => id === 'hall')?.room.title).toBe('A new name')
})

/** One room in front of the reads, and the answer to the read that is told. */
function openReading() {
  const clock = openManualClock()
  const standing = { lastRead: 0 }
  const rooms = {
    get: () => standing as never,
    setLastRead: (_roomId: string, seq: number) => Object.assign(standing, { lastRead: seq }),
  }
  const told = Promise.withResolvers<never>()
  return { clock, standing, told, reads: openReads({ call: () => told.promise, clock, rooms }) }
}

test('a hello that was written before a read was told does not take it back', async () => {
  const { clock, standing, told, reads } = openReading()
  reads.seen('hall', 5)
  await clock.advance(500)
  standing.lastRead = 0 // hello
  reads.takeHello()
  told.resolve({ ok: true, value: {} } as never)
  await clock.advance(10)
  expect(standing.lastRead).toBe(5)
  reads.close()
})

test('a hello that was written before a read was answered, and comes after, does not take it back', async () => {
  const { clock, standing, told, reads } = openReading()
  reads.seen('hall', 5)
  told.resolve({ ok: true, value: {} } as never)
  await clock.advance(500)
  standing.lastRead = 0 // hello
  reads.takeHello()
  expect(standing.lastRead).toBe(5)
  await clock.advance(20_000)
  standing.lastRead = 3 // hello, long after: another device marked it unread while we were away
  reads.takeHello()
  expect(standing.lastRead).toBe(3)
  reads.close()
})
