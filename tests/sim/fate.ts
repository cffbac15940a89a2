/** What befalls a simulated world: people do what people do, and everything that can break does, until all is healed. */
import { must } from '../../server/kit/must.ts'
import { settling } from '../tools/checker/checks.ts'
import { historyOf, laggardsOf, pendingOf, type World } from './world.ts'

type Deed = (world: World) => void

const aliveIn = ({ nodes }: World) => [...nodes.values()].filter(({ state }) => state.isAlive && !state.isLeaving)

/** A node at least stays; whoever went comes back as a new one of the same name. */
function goAway(world: World, how: (node: ReturnType<typeof aliveIn>[number]) => void): void {
  const { chance, clock, start } = world
  const alive = aliveIn(world)
  if (alive.length < 2) return
  const node = chance.pick(alive)
  how(node)
  clock.after(chance.between(2_500, 6_000), () => start(node.name))
}

/** Somebody is put out of a room by its owner and let in again later. */
function putOut(world: World): void {
  const { chance, clock, recorder, persons, roomIds } = world
  const owner = { userId: must(persons[0], 'somebody owns the rooms').person.userId, admin: false }
  const { userId } = chance.pick(persons.slice(1)).person
  const at = { roomId: chance.pick(roomIds), userId }
  const { membership } = chance.pick(aliveIn(world))
  membership.removeMember(at, owner).then(
    () => recorder.note({ type: 'barred', ...at }),
    () => {}, // Postgres was away: it may have happened, and nobody has to be right about it
  )
  clock.after(chance.between(3_500, 6_000), () => letIn(world, at))
}

function letIn(world: World, at: { roomId: string; userId: string }): void {
  const { chance, recorder, persons } = world
  const owner = { userId: must(persons[0], 'somebody owns the rooms').person.userId, admin: false }
  recorder.note({ type: 'admitted', ...at })
  chance
    .pick(aliveIn(world))
    .membership.putMember(at, owner)
    .catch(() => {})
}

/** Words between nodes are lost, noticed or not. */
function breakBus({ bus, chance, clock }: World, isNoticed: boolean): void {
  const { carry } = bus
  bus.carry = () => {}
  if (isNoticed) clock.after(chance.below(1_000), () => Object.assign(bus, { healthy: false }))
  clock.after(chance.between(1_000, 5_000), () => Object.assign(bus, { carry, healthy: true }))
}

const deeds: Record<string, Deed> = {
  act({ chance, persons }) {
    const one = chance.pick(persons)
    if (one.isActing) return
    one.isActing = true
    void one.person.act().finally(() => Object.assign(one, { isActing: false }))
  },
  kill: (world) => goAway(world, (node) => node.kill(world.chance.below(50))),
  hang: (world) => goAway(world, (node) => node.kill(world.chance.between(6_000, 9_000))),
  leave: (world) => goAway(world, (node) => void node.leave()),
  busSilent: (world) => breakBus(world, false),
  busAway: (world) => breakBus(world, true),
  postgres({ postgres, chance, clock }) {
    postgres.state.isAway = true
    clock.after(chance.between(200, 3_000), () => Object.assign(postgres.state, { isAway: false }))
  },
  cut: ({ chance, persons }) => chance.pick(persons).reach.cut(),
  offline({ chance, clock, persons }) {
    const { reach } = chance.pick(persons)
    reach.isUp = false
    reach.cut()
    clock.after(chance.between(500, 8_000), () => Object.assign(reach, { isUp: true }))
  },
  reload({ chance, persons }) {
    const one = chance.pick(persons)
    if (one.isLoading) return // two pages on one disk would be two tabs
    one.isLoading = true
    void one.person.reload().finally(() => Object.assign(one, { isLoading: false }))
  },
  putOut,
  rename(world) {
    const { chance, persons, roomIds } = world
    const owner = { userId: must(persons[0], 'somebody owns the rooms').person.userId, admin: false }
    const title = `Room ${chance.below(1_000)}`
    void chance
      .pick(aliveIn(world))
      .membership.change({ roomId: chance.pick(roomIds), title }, owner)
      .catch(() => {})
  },
}

/** Everything that can break, does. */
const storm = {
  act: 100,
  kill: 1,
  hang: 0.5,
  leave: 1,
  busSilent: 0.7,
  busAway: 0.7,
  postgres: 0.7,
  cut: 2,
  offline: 1,
  reload: 1,
  putOut: 0.7,
  rename: 0.7,
}

/** Only what needs no repair: nothing that was said between nodes is lost, it is only late. */
const calm = { act: 100, leave: 1, cut: 3, offline: 2, reload: 2, putOut: 0.7, rename: 0.7 }

/** Fast as a rule, and not in order. */
function openCarry({ chance, clock }: World, lossy: boolean): (task: () => void) => void {
  return (task) => {
    if (lossy && chance.chance(0.01)) return
    clock.after(chance.chance(0.05) ? chance.below(300) : chance.below(10), task)
  }
}

export type Weather = 'storm' | 'calm'

export function raise(world: World, weather: Weather): void {
  world.bus.carry = openCarry(world, weather === 'storm')
}

/** Some deeds, one close upon the other, and then a time in which all that broke mends by itself. */
export async function live(
  world: World,
  { deeds: count, weather }: { deeds: number; weather: Weather },
): Promise<void> {
  const { chance, clock } = world
  for (let deed = 0; deed < count; deed++) {
    deeds[weather === 'storm' ? chance.weigh(storm) : chance.weigh(calm)]?.(world)
    await clock.advance(chance.below(60))
  }
  await comeToRest(world, 25_000) // a hung node is left within 15 s, and the next attempt may have to wait
}

/** Until everybody sees what there is and nothing waits, or the time is over. */
async function comeToRest(world: World, boundMs: number): Promise<void> {
  for (let restedMs = 0; restedMs < boundMs; restedMs += lookMs) {
    await world.clock.advance(lookMs)
    if (laggardsOf(world).length > 0 || pendingOf(world).length > 0) continue
    const history = historyOf(world)
    if (settling.every((check) => check(history).length === 0)) return
  }
}

const lookMs = 500

/** Everything mended, everybody let in again, and time to come to rest. */
export async function heal(world: World): Promise<void> {
  const { nodes, start, persons, store, roomIds } = world
  for (const { name, state } of nodes.values()) if (!state.isAlive) start(name)
  for (const { person } of persons) {
    const { userId } = person
    const mine = must((await store.book.memberships([userId])).get(userId), 'everybody is in the answer')
    for (const roomId of roomIds) if (!mine.has(roomId)) letIn(world, { roomId, userId })
  }
  await comeToRest(world, 30_000)
}
