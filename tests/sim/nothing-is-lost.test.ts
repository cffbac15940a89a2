/** Nodes, engines and everything in between under chance, judged by the checker; the seed names the schedule. */
import { expect, test } from 'vitest'
import { judge } from '../tools/checker/verdict.ts'
import { heal, live, raise, type Weather } from './fate.ts'
import { historyOf, laggardsOf, openWorld, pendingOf } from './world.ts'

/** `SEED` plays one schedule again, `SEEDS` says how many new ones of each kind. */
const { SEED, SEEDS = SEED === undefined ? '25' : '1' } = process.env
const first = Number(SEED ?? Math.floor(Math.random() * 1e9))
const seeds = Array.from({ length: Number(SEEDS) }, (_, index) => first + index)

const schedules = {
  storm: { rounds: 8, deeds: 50 },
  calm: { rounds: 30, deeds: 8 },
}

/** After each round everybody must see what there is, within the time that is given to repair and to retries. */
async function play(seed: number, weather: Weather): Promise<void> {
  const world = await openWorld(seed, { nodes: 3, people: 4, rooms: 2, repairs: weather === 'storm' })
  const { persons, roomIds, clock } = world
  const { rounds, deeds } = schedules[weather]
  raise(world, weather)
  await clock.advance(1_000)
  for (let round = 1; round <= rounds; round++) {
    await live(world, { weather, deeds })
    expect(laggardsOf(world), `after round ${round}`).toEqual([])
  }
  await heal(world)
  const verdict = judge(historyOf(world), { finals: persons.length * roomIds.length, enough: 0 })
  expect(verdict.violations).toEqual([])
  expect(verdict.doubts).toEqual([])
  expect(pendingOf(world)).toEqual([]) // nor does anything wait for ever
  expect(verdict.acknowledged).toBeGreaterThan(50)
}

for (const seed of seeds) {
  test(`[A1] [L2] [L3] [L4] [L9] [R1] [M2] whatever dies, nothing is lost (SEED=${seed})`, () => play(seed, 'storm'))
  test(`[R2] [R3] [R7] [D2] [L7] what nobody dies of needs no repair (SEED=${seed})`, () => play(seed, 'calm'))
}
