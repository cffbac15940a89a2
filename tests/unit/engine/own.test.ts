import { expect, test } from 'vitest'
import { openTown, say } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const hallOf = ({ engine }: Pick<Town, 'engine'>) => engine.rooms.get().find(({ room }) => room.id === 'hall')

test('[M5] a favourite is one at once, on our other devices, at the next hello, and from the disk', async () => {
  const town = await openTown()
  const phone = town.machine.open()
  await town.clock.advance(100)
  expect(hallOf(town)).toMatchObject({ favourite: false, muted: false })
  const asking = town.engine.setPreferences('hall', { favourite: true })
  await town.clock.advance(20)
  expect(await asking).toEqual({ ok: true, value: { favourite: true, muted: false } })
  for (const engine of [town.engine, phone]) expect(hallOf({ engine })).toMatchObject({ favourite: true, muted: false })
  town.cluster.cut('ada')
  await town.clock.advance(3_000)
  expect(hallOf(town)).toMatchObject({ favourite: true })
  town.engine.close()
  phone.close()
  town.machine.network.isUp = false
  const later = town.machine.open()
  await town.clock.advance(100)
  expect(hallOf({ engine: later })).toMatchObject({ favourite: true, muted: false })
})

test('[M5] what another device settled while we were away is told by the next hello', async () => {
  const town = await openTown()
  town.cluster.cut('ada')
  const { fetchBy } = town.cluster
  const fetch = fetchBy({ userId: 'ada' }, { ...town.machine.network })
  await fetch('http://cluster/api/rooms/hall/me', {
    method: 'PATCH',
    headers: {},
    signal: AbortSignal.timeout(1_000),
    body: '{"muted":true}',
  })
  expect(hallOf(town)).toMatchObject({ muted: false })
  await town.clock.advance(3_000)
  expect(hallOf(town)).toMatchObject({ muted: true })
})

test('[M4] whom we block is known at once and from the disk; their mentions and their typing are nothing to us', async () => {
  const town = await openTown()
  town.hall.close()
  const asking = town.engine.block('ben', true)
  await town.clock.advance(20)
  expect(await asking).toMatchObject({ ok: true })
  expect(town.engine.blocked.get()).toEqual(new Set(['ben']))
  say(town.cluster, 'hall', 'ben', '@ada listen')
  say(town.cluster, 'hall', 'cyd', '@ada hello')
  await town.clock.advance(20)
  expect(hallOf(town)).toMatchObject({ unread: 2, mentions: 1 })
  const hall = town.engine.open('hall')
  for (const userId of ['ben', 'cyd']) town.cluster.toMembers('hall', 'member:typing', { roomId: 'hall', userId })
  await town.clock.advance(20)
  expect(hall.typing.get()).toEqual(['cyd'])
  await town.clock.advance(2_000)
  town.engine.close()
  town.machine.network.isUp = false
  const later = town.machine.open()
  await town.clock.advance(100)
  expect(later.blocked.get()).toEqual(new Set(['ben']))
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  const undoing = later.block('ben', false)
  await town.clock.advance(20)
  expect(await undoing).toMatchObject({ ok: true })
  expect(later.blocked.get()).toEqual(new Set())
})
