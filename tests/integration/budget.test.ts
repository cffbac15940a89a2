import { expect, onTestFinished, test } from 'vitest'
import { type BudgetRow, openBudget } from '../../server/cache/budget.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import { eventually } from '../kit/eventually.ts'
import { openTestRedis } from '../kit/open-redis.ts'
import { freshRedisUrl, openOwnRedis } from '../kit/redis.ts'

const few: BudgetRow = { points: 3, perMs: 60_000 }
const rows = {
  signInName: few,
  signInAddress: few,
  signUpAddress: few,
  passwordUser: few,
  callUser: { points: 2, perMs: 1_000 },
  callSocket: few,
  sendUser: few,
  createUser: few,
  changeUser: few,
  orderUser: few,
  typingUser: few,
  connectAddress: few,
}

async function openNode(url: string, budgets: typeof rows = rows) {
  const redis = await openTestRedis(url)
  return { redis, budget: openBudget({ redis, clock: systemClock, rows: budgets }) }
}

async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const fault = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(fault instanceof Refusal)) throw new Error('unable to see a refusal', { cause: fault })
  return fault
}

test('[X3] points are counted over all nodes, and the refusal says how long to wait', async () => {
  const url = freshRedisUrl()
  const [one, two] = [await openNode(url), await openNode(url)]
  await one.budget.spend('sendUser', 'ada', 2)
  await two.budget.spend('sendUser', 'ada')
  const { view } = await refusal(one.budget.spend('sendUser', 'ada'))
  expect(view).toMatchObject({ code: 'slow-down', definite: true })
  expect(view.retryInMs).toBeGreaterThan(50_000)
  expect(view.retryInMs).toBeLessThanOrEqual(60_000)
  await two.budget.spend('sendUser', 'bob')
})

test('[X3] spent points come back with the next window, and at once when forgiven', async () => {
  const { budget } = await openNode(freshRedisUrl())
  await budget.spend('callUser', 'ada', 2)
  const { view } = await refusal(budget.spend('callUser', 'ada'))
  expect(view.retryInMs).toBeLessThanOrEqual(1_000)
  await eventually(() => budget.spend('callUser', 'ada'), { withinMs: 2_000 })
  await budget.spend('signInName', 'ada@1', 3)
  await refusal(budget.spend('signInName', 'ada@1'))
  await budget.spend('signInName', 'ada@2')
  await budget.forgive('signInName', 'ada@1')
  await budget.spend('signInName', 'ada@1')
})

test('[X3] without Redis each node counts for itself, without waiting', async () => {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const { budget, redis } = await openNode(own.url)
  await own.kill()
  await eventually(() => !redis.healthy())
  const began = performance.now()
  await budget.spend('sendUser', 'ada', 3)
  expect((await refusal(budget.spend('sendUser', 'ada'))).view.retryInMs).toBeGreaterThan(50_000)
  await budget.forgive('sendUser', 'ada')
  await budget.spend('sendUser', 'ada')
  expect(performance.now() - began).toBeLessThan(100)
})

test('[X3] a hung Redis holds up one call for its bound and the next ones not at all', async () => {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const { budget } = await openNode(own.url)
  own.pause()
  const began = performance.now()
  await budget.spend('sendUser', 'ada')
  const first = performance.now() - began
  await budget.spend('sendUser', 'ada', 2)
  await refusal(budget.spend('sendUser', 'ada'))
  expect(first).toBeLessThan(400)
  expect(performance.now() - began - first).toBeLessThan(50)
  own.resume()
})

test('[X3] calls are taken by the handful: one node grants the budget to the last point, and not one more', async () => {
  const { budget } = await openNode(freshRedisUrl(), { ...rows, callUser: { points: 121, perMs: 60_000 } })
  for (let call = 0; call < 121; call += 1) await budget.spend('callUser', 'ada')
  expect((await refusal(budget.spend('callUser', 'ada'))).view.retryInMs).toBeGreaterThan(50_000)
  await budget.spend('callUser', 'bob')
})

test('[X3] several nodes grant no more than the budget together, and hardly less', async () => {
  const url = freshRedisUrl()
  const generous = { ...rows, callUser: { points: 600, perMs: 60_000 } }
  const nodes = [await openNode(url, generous), await openNode(url, generous), await openNode(url, generous)]
  let granted = 0
  const spend = async ({ budget }: (typeof nodes)[number]) => {
    for (let isRefused = false; !isRefused; ) {
      await budget.spend('callUser', 'ada').then(
        () => (granted += 1),
        () => (isRefused = true),
      )
    }
  }
  await Promise.all(nodes.flatMap((node) => [spend(node), spend(node), spend(node)]))
  expect(granted).toBe(600)
  const [one, two] = await Promise.all([openNode(url, generous), openNode(url, generous)])
  await two.budget.spend('callUser', 'bob')
  let bobs = 0
  while (
    await one.budget.spend('callUser', 'bob').then(
      () => true,
      () => false,
    )
  )
    bobs += 1
  expect(bobs).toBe(590)
  for (let call = 1; call < 10; call += 1) await two.budget.spend('callUser', 'bob')
  await refusal(two.budget.spend('callUser', 'bob'))
})

test("[X3] a socket's calls are counted where the socket is", async () => {
  const url = freshRedisUrl()
  const [one, two] = [await openNode(url), await openNode(url)]
  await one.budget.spend('callSocket', 'socket', 3)
  await refusal(one.budget.spend('callSocket', 'socket'))
  await two.budget.spend('callSocket', 'socket')
})
