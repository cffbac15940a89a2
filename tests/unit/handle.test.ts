import { expect, test } from 'vitest'
import { type Context, openContext, type Service, spareSlow, spendInTurn } from '../../server/gateway/context.ts'
import { handle } from '../../server/gateway/handle.ts'
import { Refusal } from '../../server/kit/refusal.ts'

const roomId = '0198c5f0-0000-7000-8000-000000000001'
const user = { id: 'ann', username: 'ann', displayName: 'Ann' }

function openScene({ spend = () => Promise.resolve(), isBehind = false } = {}) {
  const logged: unknown[] = []
  const counted: unknown[] = []
  const service = {
    budget: { spend },
    fanout: { isBehind: () => isBehind },
    log: { error: (line: unknown) => logged.push(line) },
    metrics: { refusals: { inc: (labels: unknown) => counted.push(labels) } },
  } as unknown as Service
  const context: Context = openContext({ service, socketId: 's1', user, admin: false })
  return { context, logged, counted }
}

async function answersOf(call: ReturnType<typeof handle>, context: Context, input: unknown): Promise<unknown[]> {
  const answers: unknown[] = []
  await call.answer(context, [input, (answer: unknown) => answers.push(answer)])
  return answers
}

test('[X2] a fault of ours is logged once, and the peer learns no more than that it is unknown what happened', async () => {
  const { context, logged, counted } = openScene()
  const call = handle('member:typing', () => Promise.reject(new Error('relation "messages" does not exist')))
  const [answer, ...others] = await answersOf(call, context, { roomId })
  expect(answer).toMatchObject({ ok: false, code: 'unavailable', definite: false })
  expect(JSON.stringify(answer)).not.toContain('relation')
  expect(others).toEqual([])
  expect(logged).toHaveLength(1)
  expect(counted).toEqual([{ code: 'unavailable' }])
})

test('[X2] a refusal is answered as it is, and is nothing to log', async () => {
  const { context, logged } = openScene()
  const call = handle('member:typing', () => Promise.reject(new Refusal('slow-down', { retryInMs: 7 })))
  expect(await answersOf(call, context, { roomId })).toMatchObject([{ ok: false, code: 'slow-down', retryInMs: 7 }])
  expect(logged).toEqual([])
})

test('[X2] work is done for whoever can be answered, with what was asked for, and for nobody else', async () => {
  const { context } = openScene()
  const done: unknown[] = []
  const call = handle('member:typing', (_, input) => {
    done.push(input)
    return Promise.resolve({})
  })
  for (const args of [[], [{ roomId }], [{ roomId }, null], [{ roomId }, () => {}, () => {}], [() => {}]]) {
    await call.answer(context, args)
  }
  expect(await answersOf(call, context, { roomId: 7 })).toMatchObject([{ code: 'bad-input' }])
  expect(done).toEqual([])
  expect(await answersOf(call, context, { roomId: roomId.toUpperCase() })).toEqual([{ ok: true, value: {} }])
  expect(done).toEqual([{ roomId }])
  expect(context.inFlight).toBe(0)
})

test('[L9] writes leave in the order they came, however long their budgets take and whichever is refused', async () => {
  const waits: { resolve(): void; reject(fault: unknown): void }[] = []
  const { context } = openScene({
    spend() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waits.push({ resolve, reject })
      return promise
    },
  })
  const left: string[] = []
  const spends = ['first', 'second', 'third'].map((name) =>
    spendInTurn(context).then(
      () => left.push(name),
      () => left.push(`${name} refused`),
    ),
  )
  await Promise.resolve()
  expect(waits).toHaveLength(1)
  waits[0]?.reject(new Refusal('slow-down'))
  await spends[0]
  waits[1]?.resolve()
  await spends[1]
  waits[2]?.resolve()
  await Promise.all(spends)
  expect(left).toEqual(['first refused', 'second', 'third'])
})

test('[A3] a socket whose reader is slow is asked to wait before it is given more to read', () => {
  expect(spareSlow(openScene().context)).toBeUndefined()
  expect(() => spareSlow(openScene({ isBehind: true }).context)).toThrow(
    expect.objectContaining({ view: expect.objectContaining({ code: 'slow-down', retryInMs: 500 }) }),
  )
})
