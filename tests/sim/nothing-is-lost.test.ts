/** Nodes, engines and everything in between under chance, judged by the checker; the seed names the schedule. */
import { expect, test } from 'vitest'
import { judge } from '../tools/checker/verdict.ts'
import { heal, live, openCarry } from './fate.ts'
import { historyOf, openWorld, pendingOf } from './world.ts'

/** `SEED` plays one schedule again, `SEEDS` says how many new ones. */
const { SEED, SEEDS = SEED === undefined ? '30' : '1' } = process.env
const first = Number(SEED ?? Math.floor(Math.random() * 1e9))
const seeds = Array.from({ length: Number(SEEDS) }, (_, index) => first + index)

async function play(seed: number) {
  const world = await openWorld(seed, { nodes: 3, people: 4, rooms: 2 })
  world.bus.carry = openCarry(world)
  await world.clock.advance(1_000)
  await live(world, 400)
  await heal(world)
  return world
}

for (const seed of seeds) {
  test(`[A1] [L2] [L3] [L4] [L9] [R1] [R2] [M2] whatever dies, nothing is lost (SEED=${seed})`, async () => {
    const world = await play(seed)
    const { persons, roomIds } = world
    const verdict = judge(historyOf(world), { finals: persons.length * roomIds.length, enough: 0 })
    expect(verdict.violations).toEqual([])
    expect(verdict.doubts).toEqual([])
    expect(pendingOf(world)).toEqual([]) // nor does anything wait for ever
    expect(verdict.acknowledged).toBeGreaterThan(100)
  })
}
