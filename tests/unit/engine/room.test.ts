import { expect, test } from 'vitest'
import { openTown, read, say } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const bodies = ({ hall }: Town) => read(hall.timeline.get().rows)
const resumes = ({ cluster }: Town) => cluster.calls.filter(({ name }) => name === 'room:resume').length

test('what others say appears; the row of an unchanged message stays the same object', async () => {
  const town = await openTown({ sent: 3 })
  const [before] = town.hall.timeline.get().rows
  say(town.cluster, 'hall', 'ben', 'hello')
  await town.clock.advance(20)
  expect(bodies(town)).toEqual(['old 1', 'old 2', 'old 3', 'hello'])
  expect(town.hall.timeline.get().rows[0]).toBe(before)
})

test('[R4] many holes ask once, and not before they are 300 ms old', async () => {
  const town = await openTown()
  const before = resumes(town)
  for (let number = 1; number <= 20; number++) {
    town.machine.network.losesEvent = () => number % 2 === 1
    say(town.cluster, 'hall', 'ben', `${number}`)
  }
  await town.clock.advance(290)
  expect(resumes(town)).toBe(before)
  expect(bodies(town)).toEqual([])
  await town.clock.advance(300)
  expect(resumes(town)).toBe(before + 1)
  expect(bodies(town)).toHaveLength(20)
})

test('[R4] a hole that closes by itself is no gap', async () => {
  const town = await openTown()
  const before = resumes(town)
  town.machine.network.delayMs = () => 200
  say(town.cluster, 'hall', 'ben', 'slow')
  town.machine.network.delayMs = () => 5
  say(town.cluster, 'hall', 'ben', 'fast')
  await town.clock.advance(100)
  expect(bodies(town)).toEqual([])
  await town.clock.advance(1_000)
  expect(bodies(town)).toEqual(['slow', 'fast'])
  expect(resumes(town)).toBe(before)
})

test('[A1] a beacon alone tells of what was lost', async () => {
  const town = await openTown()
  town.machine.network.losesEvent = () => true
  say(town.cluster, 'hall', 'ben', 'lost')
  await town.clock.advance(1_000)
  expect(bodies(town)).toEqual([])
  town.cluster.beat()
  await town.clock.advance(700)
  expect(bodies(town)).toEqual(['lost'])
})

test('[R11] an ack places our row and leaves the position; what others said before it is asked for', async () => {
  const town = await openTown()
  town.machine.network.losesEvent = () => true
  say(town.cluster, 'hall', 'ben', 'before')
  town.hall.send('mine')
  await town.clock.advance(50)
  expect(bodies(town)).toEqual(['mine'])
  expect(town.hall.timeline.get().rows[0]?.kind).toBe('message')
  await town.clock.advance(700)
  expect(bodies(town)).toEqual(['before', 'mine'])
})

test('[R5] [R6] another epoch resets the rows and keeps the drafts', async () => {
  const town = await openTown({ sent: 3 })
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.hall.send('unsent')
  await town.clock.advance(50)
  town.cluster.rooms.options.epoch = 'epoch-2'
  town.cluster.rooms.rewind('hall', 2)
  town.machine.network.refuses = (name) => (name === 'message:send' ? { code: 'overloaded', retryInMs: 4_000 } : null)
  town.machine.network.isUp = true
  await town.clock.advance(3_000)
  expect(bodies(town)).toEqual(['old 1', 'unsent (slow)'])
  town.machine.network.refuses = () => null
  await town.clock.advance(5_000)
  expect(bodies(town)).toEqual(['old 1', 'unsent'])
})

test('[R12] a position beyond the room resets, on screen and on disk', async () => {
  const town = await openTown({ sent: 5 })
  await town.clock.advance(1_000)
  town.cluster.rooms.rewind('hall', 3)
  town.cluster.cut('ada')
  await town.clock.advance(2_000)
  expect(bodies(town)).toEqual(['old 1', 'old 2'])
  town.engine.close()
  town.machine.network.isUp = false
  const again = town.machine.open()
  await town.clock.advance(100)
  const hall = again.open('hall')
  await town.clock.advance(100)
  expect(read(hall.timeline.get().rows)).toEqual(['old 1', 'old 2'])
})

test('[R9] more changes than a resume carries reset to the newest page, and the rest is paged', async () => {
  const town = await openTown({ sent: 10 })
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  for (let number = 1; number <= 120; number++) say(town.cluster, 'hall', 'ben', `new ${number}`)
  town.machine.network.isUp = true
  await town.clock.advance(3_000)
  expect(bodies(town)).toHaveLength(50)
  expect(town.hall.timeline.get().atStart).toBe(false)
  for (let round = 0; round < 3; round++) {
    void town.hall.loadOlder()
    await town.clock.advance(100)
  }
  expect(bodies(town)).toHaveLength(130)
  expect(town.hall.timeline.get().atStart).toBe(true)
})

test('pages asked for one after the other end where pages of the server’s cache do', async () => {
  const town = await openTown({ sent: 180 })
  for (let round = 0; round < 3; round++) {
    void town.hall.loadOlder()
    await town.clock.advance(100)
  }
  expect(bodies(town)).toEqual(Array.from({ length: 180 }, (_, at) => `old ${at + 1}`))
  const asked = town.cluster.calls.filter(({ name }) => name === 'room:page').map(({ input }) => input)
  expect(asked).toMatchObject([
    { before: 131, limit: 80 },
    { before: 51, limit: 50 },
  ])
})

test('a page from a stale cache never shows an old body', async () => {
  const town = await openTown({ sent: 100 })
  town.cluster.rooms.edit('hall', 10, 'edited before it was open')
  town.machine.network.losesEvent = () => true
  town.cluster.rooms.edit('hall', 11, 'edited and lost')
  town.machine.network.losesEvent = () => false
  town.cluster.rooms.edit('hall', 12, 'edited live')
  town.cluster.rooms.options.staleBy = 4
  await town.clock.advance(1_000)
  void town.hall.loadOlder()
  await town.clock.advance(200)
  expect(bodies(town).slice(9, 12)).toEqual(['edited before it was open', 'edited and lost', 'edited live'])
})

test('a jump shows the window around it with a gap after it, and paging forward never jumps to the end', async () => {
  const town = await openTown({ sent: 230 })
  void town.hall.loadAround(60)
  await town.clock.advance(100)
  expect(bodies(town)[0]).toBe('old 35')
  expect(bodies(town).at(-1)).toBe('gap 85-230')
  expect(town.hall.timeline.get().atEnd).toBe(false)
  void town.hall.loadNewer()
  await town.clock.advance(100)
  expect(bodies(town)[0]).toBe('old 35')
  expect(bodies(town).at(-1)).toBe('gap 151-230')
  void town.hall.loadNewer()
  await town.clock.advance(100)
  expect(town.hall.timeline.get().atEnd).toBe(true)
  expect(bodies(town)).toHaveLength(196)
  void town.hall.loadAround(3)
  await town.clock.advance(100)
  expect(bodies(town)[0]).toBe('old 1')
  town.hall.jumpToLatest()
  expect(bodies(town).at(-1)).toBe('old 230')
})

test('a room of which nothing is known is loading, not empty', async () => {
  const town = await openTown()
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  const yard = town.engine.open('yard')
  await town.clock.advance(1_000)
  expect(yard.timeline.get()).toMatchObject({ rows: [], loading: 'first' })
  town.machine.network.isUp = true
  await town.clock.advance(3_000)
  expect(yard.timeline.get()).toMatchObject({ rows: [], loading: 'none', atStart: true, atEnd: true })
})

test('a room that is not on screen follows what joins on, and catches up when it is opened', async () => {
  const town = await openTown()
  town.hall.close()
  say(town.cluster, 'hall', 'ben', 'one')
  town.machine.network.losesEvent = () => true
  say(town.cluster, 'hall', 'ben', 'two')
  town.machine.network.losesEvent = () => false
  say(town.cluster, 'hall', 'ben', 'three')
  const before = resumes(town)
  await town.clock.advance(2_000)
  expect(resumes(town)).toBe(before)
  const hall = town.engine.open('hall')
  expect(read(hall.timeline.get().rows)).toEqual(['one'])
  await town.clock.advance(100)
  expect(read(hall.timeline.get().rows)).toEqual(['one', 'two', 'three'])
})

test('a pin is on its row when it is told, with who made it, and gone when it is taken back', async () => {
  const town = await openTown({ sent: 2 })
  const asking = town.hall.pin(1, true)
  await town.clock.advance(100)
  expect(await asking).toEqual({ ok: true, value: { rev: 4 } })
  const pinned = () => town.hall.timeline.get().rows.map((row) => row.kind === 'message' && row.message.pinnedBy)
  expect(pinned()).toEqual(['ada', undefined])
  void town.hall.pin(1, false)
  await town.clock.advance(100)
  expect(pinned()).toEqual([undefined, undefined])
})

test('members who join and leave are told with the changes', async () => {
  const town = await openTown()
  town.cluster.addUser('dee')
  town.cluster.rooms.join('hall', 'dee')
  await town.clock.advance(100)
  expect(town.hall.members.get().map(({ userId }) => userId)).toEqual(['ada', 'ben', 'cyd', 'dee'])
  expect(town.hall.room.get()?.memberCount).toBe(4)
  expect(town.engine.users.get().get('dee')?.displayName).toBe('DEE')
  town.cluster.rooms.leave('hall', 'dee')
  await town.clock.advance(100)
  expect(town.hall.members.get()).toHaveLength(3)
})
