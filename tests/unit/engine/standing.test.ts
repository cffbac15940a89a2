import { expect, test } from 'vitest'
import { must } from '../../../server/kit/must.ts'
import { openMachine, openTown, read, say } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const summary = ({ engine }: Town, id: string) => engine.rooms.get().find(({ room }) => room.id === id)

test('unread is what others said since; an own send and a look at the room clear it', async () => {
  const town = await openTown()
  say(town.cluster, 'yard', 'ben', 'one')
  say(town.cluster, 'yard', 'ben', 'two for @ada')
  await town.clock.advance(100)
  expect(summary(town, 'yard')).toMatchObject({ unread: 2, mentions: 1, lastMessage: { body: 'two for @ada' } })
  expect(town.engine.rooms.get()[0]?.room.id).toBe('yard')
  const yard = town.engine.open('yard')
  await town.clock.advance(100)
  expect(yard.timeline.get().dividerSeq).toBe(1)
  yard.seen(1)
  yard.seen(2)
  expect(summary(town, 'yard')).toMatchObject({ unread: 0, mentions: 0 })
  await town.clock.advance(2_500)
  const told = town.cluster.calls.filter(({ name }) => name === 'room:read')
  expect(told.map(({ input }) => input)).toEqual([{ roomId: 'yard', seq: 2 }])
  expect(yard.timeline.get().dividerSeq).toBe(1)
  yard.send('three')
  await town.clock.advance(100)
  expect(yard.timeline.get().dividerSeq).toBeNull()
  expect(summary(town, 'yard')).toMatchObject({ unread: 0, lastRead: 3 })
})

test('reads are told every 2 s at most, and what was read offline is told later', async () => {
  const town = await openTown({ sent: 9 })
  for (let seq = 1; seq <= 5; seq++) {
    town.hall.seen(seq)
    await town.clock.advance(500)
  }
  const told = () => town.cluster.calls.filter(({ name }) => name === 'room:read').map(({ input }) => input)
  expect(told().length).toBeLessThanOrEqual(2)
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.hall.seen(9)
  await town.clock.advance(5_000)
  expect(summary(town, 'hall')?.unread).toBe(0)
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(summary(town, 'hall')?.unread).toBe(0)
  expect(town.cluster.rooms.get('hall').members.get('ada')?.lastRead).toBe(9)
})

test('[R2] a room that is said to be new once more, and late, does not fall back to what it was then', async () => {
  const town = await openTown({ sent: 3 })
  const { room, head, rev, lastRead, mentions } = must(summary(town, 'hall'), 'there is a hall')
  say(town.cluster, 'hall', 'ben', 'since then')
  await town.clock.advance(100)
  const known = summary(town, 'hall')
  expect(known?.rev).toBeGreaterThan(rev)
  const standing = { room, head, rev, lastRead, mentions, favourite: false, muted: false }
  for (const socket of town.cluster.socketsOf('ada')) town.cluster.tell(socket, 'room:added', standing)
  await town.clock.advance(100)
  expect(summary(town, 'hall')).toEqual(known)
})

test('the echo of a read does not take back what was read since', async () => {
  const town = await openTown({ sent: 5 })
  town.hall.seen(2)
  await town.clock.advance(202)
  town.hall.seen(5)
  await town.clock.advance(100)
  expect(town.cluster.calls.at(-1)).toMatchObject({ name: 'room:read', input: { seq: 2 } })
  expect(summary(town, 'hall')?.lastRead).toBe(5)
})

test('an own message counts as read also when a beacon was there before it, or a resume brought it', async () => {
  const town = await openTown({ sent: 3 })
  town.machine.network.losesEvent = () => true
  say(town.cluster, 'hall', 'ben', 'for @ada')
  say(town.cluster, 'hall', 'ada', 'from another device')
  say(town.cluster, 'hall', 'ben', 'again for @ada')
  town.cluster.beat()
  await town.clock.advance(10)
  expect(summary(town, 'hall')).toMatchObject({ head: 6, lastRead: 0 })
  await town.clock.advance(1_000)
  expect(summary(town, 'hall')).toMatchObject({ unread: 1, lastRead: 5, mentions: 1 })
})

test('a read of another device that comes late does not take back a later one; marking unread does', async () => {
  const town = await openTown({ sent: 5 })
  const tell = (seq: number, lowered?: true) => {
    const mark = { roomId: 'hall', userId: 'ada', seq, ...(lowered === undefined ? {} : { lowered }) }
    for (const socket of town.cluster.socketsOf('ada')) town.cluster.tell(socket, 'room:read', mark)
    return town.clock.advance(10)
  }
  await tell(4)
  await tell(2)
  expect(summary(town, 'hall')?.lastRead).toBe(4)
  await tell(1, true)
  expect(summary(town, 'hall')?.lastRead).toBe(1)
})

test('a read that was refused for a while is told again, though the connection never broke', async () => {
  const town = await openTown({ sent: 5 })
  town.machine.network.refuses = (name) => (name === 'room:read' ? { code: 'unavailable', retryInMs: 500 } : null)
  town.hall.seen(5)
  await town.clock.advance(1_000)
  town.machine.network.refuses = () => null
  await town.clock.advance(5_000)
  expect(town.cluster.rooms.get('hall').members.get('ada')?.lastRead).toBe(5)
})

test('“mark unread” lowers on purpose and is not undone by what is in view', async () => {
  const town = await openTown({ sent: 5 })
  town.hall.seen(5)
  await town.clock.advance(3_000)
  town.hall.markUnread(3)
  town.hall.seen(5)
  await town.clock.advance(3_000)
  expect(summary(town, 'hall')?.unread).toBe(3)
  expect(town.cluster.rooms.get('hall').members.get('ada')?.lastRead).toBe(2)
  expect(town.hall.timeline.get().dividerSeq).toBe(3)
  town.hall.close()
  town.engine.open('hall').seen(5)
  expect(summary(town, 'hall')?.unread).toBe(0)
})

test('what was marked unread offline stays so', async () => {
  const town = await openTown({ sent: 5 })
  town.hall.seen(5)
  await town.clock.advance(3_000)
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.hall.markUnread(3)
  await town.clock.advance(3_000)
  town.machine.network.isUp = true
  await town.clock.advance(9_000)
  expect(summary(town, 'hall')?.unread).toBe(3)
  expect(town.cluster.rooms.get('hall').members.get('ada')?.lastRead).toBe(2)
})

test('reading on one device is read on the other within a second', async () => {
  const town = await openTown({ sent: 5 })
  const other = openMachine({ cluster: town.cluster, clock: town.clock, seed: 2 })
  other.session.userId = 'ada'
  const engine = other.open()
  await town.clock.advance(200)
  town.hall.seen(5)
  await town.clock.advance(900)
  expect(engine.rooms.get().find(({ room }) => room.id === 'hall')?.unread).toBe(0)
})

test('typing shows for 5 s, never one’s own, and ends with the message', async () => {
  const town = await openTown()
  town.hall.typed()
  town.cluster.toMembers('hall', 'member:typing', { roomId: 'hall', userId: 'ben' })
  town.cluster.toMembers('hall', 'member:typing', { roomId: 'hall', userId: 'cyd' })
  await town.clock.advance(100)
  expect(town.hall.typing.get()).toEqual(['ben', 'cyd'])
  say(town.cluster, 'hall', 'ben', 'done')
  await town.clock.advance(100)
  expect(town.hall.typing.get()).toEqual(['cyd'])
  await town.clock.advance(5_000)
  expect(town.hall.typing.get()).toEqual([])
})

test('[P1] presence is a state, then differences, or a count', async () => {
  const town = await openTown()
  const online = () => {
    const now = town.hall.online.get()
    return 'ids' in now ? [...now.ids] : now.count
  }
  town.cluster.toMembers('hall', 'room:presence', { roomId: 'hall', online: ['ada', 'ben'] })
  town.cluster.toMembers('hall', 'room:presence', { roomId: 'hall', joined: ['cyd'], left: ['ben'] })
  await town.clock.advance(10)
  expect(online()).toEqual(['ada', 'cyd'])
  town.cluster.toMembers('hall', 'room:presence', { roomId: 'hall', count: 250 })
  await town.clock.advance(10)
  expect(online()).toBe(250)
})

test('unsent text outlives a reload and marks its room', async () => {
  const town = await openTown()
  town.hall.composing.set('half a')
  expect(summary(town, 'hall')?.draft).toBe(true)
  await town.clock.advance(1_000)
  town.engine.close()
  const engine = town.machine.open()
  await town.clock.advance(100)
  expect(engine.open('hall').composing.get()).toBe('half a')
})

test('unsent text is on the disk at once when the page is left', async () => {
  const town = await openTown()
  town.hall.composing.set('half a')
  town.engine.keep()
  await town.clock.advance(0)
  const engine = town.machine.open()
  await town.clock.advance(100)
  expect(engine.open('hall').composing.get()).toBe('half a')
})

test('an edit is asked for again over a change of node', async () => {
  const town = await openTown({ sent: 1 })
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  const editing = town.hall.edit(1, 'edited')
  await town.clock.advance(2_000)
  town.machine.network.isUp = true
  await town.clock.advance(8_000)
  expect(await editing).toMatchObject({ ok: true })
  expect(read(town.hall.timeline.get().rows)).toEqual(['edited'])
})

test('a closed engine leaves no timer behind', async () => {
  const town = await openTown({ sent: 3 })
  town.hall.send('x')
  town.hall.typed()
  town.hall.composing.set('half')
  town.hall.seen(1)
  town.engine.close()
  await town.clock.advance(30)
  expect(town.clock.pending()).toBe(0)
})
