/** Cached history under every order of steps: nobody is ever shown what is older than what was acked before they asked. */
import { expect, test } from 'vitest'
import type { Exploration } from '../kit/explorer.ts'
import { deep, exploreChaos, exploreDeep, exploreWhole, whole } from '../kit/history-plans.ts'

/** `SEED` plays chaos from there again; `TIMES` is how many times as far as usual all of it goes. */
const { SEED, TIMES = '1' } = process.env
const times = Number(TIMES)
const seed = Number(SEED ?? Math.floor(Math.random() * 1e9))

function expectNone({ violation }: Exploration): void {
  expect(violation === null ? '' : [violation.fault, ...violation.trace].join('\n')).toBe('')
}

for (const [name, plan] of Object.entries(whole)) {
  test(`${name}: in every order`, async () => {
    const found = await exploreWhole(plan)
    expectNone(found)
    expect(found.complete).toBe(true)
  })
}

for (const [name, plan] of Object.entries(deep)) {
  test(`${name}: in every order of the first steps`, async () => {
    expectNone(await exploreDeep(plan, { maxRuns: 300 * times, depth: times > 1 ? 100 : 7 }))
  })
}

test(`[C1] [C2] [C3] [C4] [C8] readers, writers and every kind of trouble at random (seed ${seed})`, async () => {
  expectNone(await exploreChaos(600 * times, seed))
})
