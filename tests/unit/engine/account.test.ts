import { expect, test } from 'vitest'
import { openMachine, openTown, read, say } from '../../kit/engines.ts'

test('nobody is signed in on a new machine; signing in connects', async () => {
  const { cluster, clock } = await openTown()
  const machine = openMachine({ cluster, clock, seed: 2 })
  const engine = machine.open()
  expect(engine.account.get().state).toBe('loading')
  await clock.advance(50)
  expect(engine.account.get()).toEqual({ state: 'signed-out' })
  expect(await engine.signIn({ username: 'nobody', password: 'x' })).toMatchObject({ ok: false, code: 'signed-out' })
  const signing = engine.signIn({ username: 'ben', password: 'x' })
  await clock.advance(100)
  expect((await signing).ok).toBe(true)
  expect(engine.account.get()).toMatchObject({ state: 'signed-in', user: { id: 'ben' } })
  expect(engine.link.get().state).toBe('online')
  expect(engine.rooms.get().map(({ room }) => room.id)).toEqual(['hall', 'yard'])
})

test('the last room is on screen from the disk before any node has answered', async () => {
  const town = await openTown({ sent: 3 })
  await town.clock.advance(2_000)
  town.engine.close()
  town.machine.network.isUp = false
  const engine = town.machine.open()
  await town.clock.advance(1)
  expect(engine.account.get()).toMatchObject({ state: 'signed-in', user: { id: 'ada' } })
  expect(engine.rooms.get()).toHaveLength(2)
  const last = await engine.lastRoom()
  expect(last).toBe('hall')
  const hall = engine.open(last ?? '')
  await town.clock.advance(1)
  expect(read(hall.timeline.get().rows)).toEqual(['old 1', 'old 2', 'old 3'])
  expect(engine.users.get().get('ben')?.displayName).toBe('BEN')
})

test('[S9] signing out wipes the disk; whoever signs in next finds nothing and sends nothing of the first', async () => {
  const town = await openTown({ sent: 3 })
  town.machine.network.refuses = (name) => (name === 'message:send' ? { code: 'overloaded' } : null)
  town.hall.send('unsent')
  town.hall.composing.set('half a')
  await town.clock.advance(1_000)
  const leaving = town.engine.signOut()
  await town.clock.advance(50)
  expect((await leaving).ok).toBe(true)
  expect(town.engine.account.get()).toEqual({ state: 'signed-out', reason: 'signed-out' })
  expect(town.engine.rooms.get()).toEqual([])
  const everything = await town.machine.vault.transact('read', (keys) => keys.all('', '\uffff'))
  expect(everything).toEqual([])
  town.machine.network.refuses = () => null
  void town.engine.signIn({ username: 'ben', password: 'x' })
  await town.clock.advance(10_000)
  expect(town.cluster.rooms.rows('hall').map(({ body }) => body)).not.toContain('unsent')
})

test('[S9] a cookie that became somebody else’s in another tab: nothing of the first is said in the new name', async () => {
  const town = await openTown()
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.hall.send('of ada')
  await town.clock.advance(100)
  town.machine.session.userId = 'ben'
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(town.engine.account.get()).toMatchObject({ state: 'signed-in', user: { id: 'ben' } })
  expect(town.cluster.rooms.rows('hall')).toEqual([])
  const leaving = town.engine.signOut()
  await town.clock.advance(50)
  await leaving
  void town.engine.signIn({ username: 'ada', password: 'x' })
  await town.clock.advance(2_000)
  expect(town.cluster.rooms.rows('hall')).toMatchObject([{ body: 'of ada', authorId: 'ada' }])
})

test('[S3] an outage at the start is waited out, and is never “signed out”', async () => {
  const { cluster, clock } = await openTown()
  const machine = openMachine({ cluster, clock, seed: 2 })
  machine.session.userId = 'ben'
  machine.network.isUp = false
  const engine = machine.open()
  await clock.advance(20_000)
  expect(engine.account.get().state).toBe('loading')
  machine.network.isUp = true
  engine.reconnect()
  await clock.advance(100)
  expect(engine.account.get().state).toBe('signed-in')
})

test('[S2] a revoked device is signed out with the reason, and keeps nothing', async () => {
  const town = await openTown({ sent: 2 })
  await town.clock.advance(1_000)
  town.machine.session.userId = null
  for (const socket of town.cluster.socketsOf('ada')) town.cluster.tell(socket, 'session:ended', { reason: 'revoked' })
  await town.clock.advance(100)
  expect(town.engine.account.get()).toEqual({ state: 'signed-out', reason: 'revoked' })
  expect(await town.machine.vault.transact('read', (keys) => keys.all('', '\uffff'))).toEqual([])
})

test('a session that ran out keeps the unsent for its owner', async () => {
  const town = await openTown()
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.hall.send('later')
  await town.clock.advance(100)
  town.machine.session.userId = null
  town.machine.network.isUp = true
  await town.clock.advance(9_000)
  expect(town.engine.account.get()).toEqual({ state: 'signed-out', reason: 'expired' })
  void town.engine.signIn({ username: 'ada', password: 'x' })
  await town.clock.advance(1_000)
  expect(town.cluster.rooms.rows('hall')).toMatchObject([{ body: 'later', authorId: 'ada' }])
})

test('a session renewed in another tab is taken up without a word, also when its cookie comes late', async () => {
  const town = await openTown()
  town.machine.session.userId = null
  for (const socket of town.cluster.socketsOf('ada'))
    town.cluster.tell(socket, 'session:ended', { reason: 'signed-out' })
  await town.clock.advance(300)
  town.machine.session.userId = 'ada'
  await town.clock.advance(3_000)
  expect(town.engine.account.get().state).toBe('signed-in')
  expect(town.engine.link.get().state).toBe('online')
  say(town.cluster, 'hall', 'ben', 'still here')
  await town.clock.advance(100)
  expect(read(town.hall.timeline.get().rows)).toEqual(['still here'])
})

test('[M2] a room we are removed from is gone from the list, the screen and the disk', async () => {
  const town = await openTown({ sent: 2 })
  await town.clock.advance(1_000)
  town.cluster.rooms.leave('hall', 'ada')
  for (const socket of town.cluster.socketsOf('ada')) town.cluster.tell(socket, 'room:removed', { roomId: 'hall' })
  await town.clock.advance(1_000)
  expect(town.engine.rooms.get().map(({ room }) => room.id)).toEqual(['yard'])
  expect(town.hall.timeline.get().fault).toBe('not-found')
  const left = await town.machine.vault.transact('read', (keys) =>
    keys.all('shelf/ada/room/hall/', 'shelf/ada/room/hall/\uffff'),
  )
  expect(left).toEqual([])
})
