import { expect, test } from 'vitest'
import { openMachine, openTown } from '../../kit/engines.ts'

type Town = Awaited<ReturnType<typeof openTown>>
const readBy = ({ hall }: Pick<Town, 'hall'>, userId: string) =>
  hall.members.get().find((member) => member.userId === userId)?.lastRead

async function openPair(sent: number) {
  const town = await openTown({ sent })
  const machine = openMachine({ cluster: town.cluster, clock: town.clock, seed: 2 })
  machine.session.userId = 'ben'
  const engine = machine.open()
  await town.clock.advance(100)
  return { ...town, ben: engine.open('hall') }
}

test('how far the others have read is seen while it happens, in a small room', async () => {
  const town = await openPair(3)
  expect(readBy(town, 'ben')).toBe(0)
  town.ben.seen(2)
  await town.clock.advance(500)
  expect(readBy(town, 'ben')).toBe(2)
})

test('what was read while we were away is known when we are back, and never taken back by an answer that was overtaken', async () => {
  const town = await openPair(3)
  town.machine.network.isUp = false
  town.cluster.cut('ada')
  town.ben.seen(3)
  await town.clock.advance(500)
  expect(readBy(town, 'ben')).toBe(0)
  town.machine.network.isUp = true
  await town.clock.advance(10_000)
  expect(readBy(town, 'ben')).toBe(3)
  for (const socket of town.cluster.socketsOf('ada'))
    town.cluster.tell(socket, 'room:read', { roomId: 'hall', userId: 'cyd', seq: 3 })
  await town.clock.advance(10)
  town.cluster.cut('ada')
  await town.clock.advance(10_000)
  expect([readBy(town, 'cyd'), readBy(town, 'ben')]).toEqual([3, 3])
})
