/** Several people on bad networks do everything at once; when the networks heal, all see the same, and it is the truth. */
import { expect, test } from 'vitest'
import { openDisk } from '../../../client/engine/disk.ts'
import type { Engine, RoomHandle } from '../../../client/engine/face.ts'
import { type FakeCluster, openFakeCluster } from '../../fakes/fake-cluster.ts'
import { type Machine, openMachine, read } from '../../kit/engines.ts'
import { type ManualClock, openManualClock } from '../../kit/manual-clock.ts'
import { openSeeded, type Seeded } from '../../kit/seeded.ts'

type Person = {
  id: string
  machine: Machine
  engine: Engine
  handle: RoomHandle | null
  said: Map<string, string[]>
}
type World = { seeded: Seeded; clock: ManualClock; cluster: FakeCluster; people: Person[] }

const names = ['ada', 'ben', 'cyd', 'dee']
const roomIds = ['hall', 'yard']

function openWorld(seed: number): World {
  const seeded = openSeeded(seed)
  const clock = openManualClock()
  const cluster = openFakeCluster({ clock })
  for (const name of names) cluster.addUser(name)
  for (const roomId of roomIds) {
    cluster.rooms.add(roomId, names)
    for (let number = 1; number <= 120; number++)
      cluster.rooms.send([{ roomId, id: `${roomId}-${number}`, authorId: 'ada', body: `${number}` }])
  }
  const people = names.map((id, index) => {
    const machine = openMachine({ cluster, clock, seed: seed * 10 + index })
    machine.session.userId = id
    const { network } = machine
    network.delayMs = () => (seeded.chance(0.2) ? seeded.below(900) : seeded.below(60))
    network.losesEvent = () => seeded.chance(0.15)
    network.doublesEvent = () => seeded.chance(0.1)
    network.losesAnswer = () => seeded.chance(0.04)
    network.refuses = (name) =>
      name === 'message:send' && seeded.chance(0.05) ? { code: seeded.pick(['overloaded', 'unavailable']) } : null
    return { id, machine, engine: machine.open(), handle: null, said: new Map() }
  })
  return { seeded, clock, cluster, people }
}

/** What a person, or fate, does next. */
function act({ seeded, cluster, people }: World, step: number): void {
  const person = seeded.pick(people)
  const { handle, engine, machine } = person
  const deeds: (() => void)[] = [
    () => {
      if (engine.account.get().state !== 'signed-in') return
      handle?.close()
      person.handle = engine.open(seeded.pick(roomIds))
    },
    () => {
      if (handle === null) return
      const body = `${person.id} ${step}`
      handle.send(body)
      person.said.set(handle.roomId, [...(person.said.get(handle.roomId) ?? []), body])
    },
    () => void handle?.loadOlder(),
    () => void handle?.loadNewer(),
    () => void handle?.loadAround(1 + seeded.below(120)),
    () => handle?.jumpToLatest(),
    () => {
      const roomId = seeded.pick(roomIds)
      const seq = 1 + seeded.below(cluster.rooms.get(roomId).head)
      if (seeded.chance(0.2)) cluster.rooms.remove(roomId, seq)
      else cluster.rooms.edit(roomId, seq, `edited in step ${step}`)
    },
    () => cluster.cut(person.id),
    () => {
      machine.network.isUp = seeded.chance(0.6)
      if (!machine.network.isUp) cluster.cut(person.id)
    },
    () => {
      handle?.close()
      engine.close()
      person.engine = machine.open()
      person.handle = null
    },
    () => {
      cluster.rooms.options.staleBy = seeded.below(30)
    },
    () => cluster.beat(),
  ]
  const weights = [3, 8, 2, 2, 2, 1, 6, 1, 1, 1, 1, 2]
  seeded.pick(deeds.flatMap((deed, index) => Array.from({ length: weights[index] ?? 1 }, () => deed)))()
}

async function heal({ clock, cluster, people }: World): Promise<void> {
  for (const { machine } of people)
    Object.assign(machine.network, {
      isUp: true,
      delayMs: () => 5,
      losesEvent: () => false,
      losesAnswer: () => false,
      refuses: () => null,
    })
  for (let round = 0; round < 10; round++) {
    cluster.beat()
    await clock.advance(4_000)
  }
}

async function everythingOf({ clock, cluster }: World, person: Person, roomId: string): Promise<string[]> {
  person.handle?.close()
  const handle = person.engine.open(roomId)
  person.handle = handle
  handle.jumpToLatest()
  await clock.advance(2_000)
  for (let round = 0; round < 40 && !handle.timeline.get().atStart; round++) {
    void handle.loadOlder()
    await clock.advance(2_000)
  }
  expect(handle.timeline.get().head).toBe(cluster.rooms.get(roomId).head)
  return read(handle.timeline.get().rows)
}

async function expectTruth(world: World, person: Person, roomId: string): Promise<void> {
  const { cluster, clock } = world
  const truth = cluster.rooms.rows(roomId)
  expect(await everythingOf(world, person, roomId)).toEqual(truth.map(({ body }) => body ?? '(deleted)'))
  await clock.advance(1_000)
  const kept = await openDisk(person.machine.vault).shelf(person.id).room(roomId)
  expect(kept?.position.rev).toBe(cluster.rooms.get(roomId).rev)
  expect(kept?.rows).toEqual(truth.slice(-(kept?.rows.length ?? 0)))
}

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  '[R1] [R3] [R7] [L3] [L9] all converge on what the server has, nothing said is lost or doubled (seed %i)',
  { timeout: 20_000 },
  async (seed) => {
    const world = openWorld(seed)
    await world.clock.advance(1_000)
    for (let step = 0; step < 250; step++) {
      act(world, step)
      await world.clock.advance(world.seeded.below(250))
    }
    await heal(world)
    for (const roomId of roomIds) {
      const truth = world.cluster.rooms.rows(roomId)
      expect(truth.map(({ seq }) => seq)).toEqual(truth.map((_row, index) => index + 1))
      const { versions } = world.cluster.rooms.get(roomId)
      const said = [...versions.values()].map(([first]) => first?.body ?? '')
      for (const person of world.people) {
        await expectTruth(world, person, roomId)
        expect(said.filter((body) => body.startsWith(person.id))).toEqual(person.said.get(roomId) ?? [])
      }
    }
    for (const { engine } of world.people) engine.close()
  },
)
