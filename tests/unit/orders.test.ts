/** Whom a node obeys: orders as they come over Redis, by turns right, forged, stale, repeated and meant for somebody else. */
import { expect, test } from 'vitest'
import type { OrderVerb } from '#protocol/panel.ts'
import { openObedience } from '../../server/cluster/obedience.ts'
import type { Order } from '../../server/cluster/orders.ts'
import { crowdedOf, surplusOf } from '../../server/cluster/rebalance.ts'
import { openSeal } from '../../server/cluster/seal.ts'
import { openManualClock } from '../kit/manual-clock.ts'
import { silentLog } from '../kit/open-redis.ts'

const secret = 'a secret of the cluster, long enough for all'
const seal = openSeal({ secret })

function openNode({ chaosAllowed = true } = {}) {
  const clock = openManualClock()
  const done: OrderVerb[] = []
  const does = (verb: OrderVerb) => () => void done.push(verb)
  const listeners: ((message: Buffer) => void)[] = []
  openObedience({
    node: { name: 'node-1', startedAt: 'this run' },
    subscriptions: { sSubscribe: (_, listener) => void listeners.push(listener) },
    seal,
    chaosAllowed,
    deeds: { kill: does('kill'), pause: does('pause'), drain: does('drain'), rebalance: does('rebalance') },
    clock,
    log: silentLog,
  })
  let nonces = 0
  const order = (change: Partial<Order> = {}): Order => ({
    node: 'node-1',
    startedAt: 'this run',
    verb: 'kill',
    by: 'ann',
    nonce: `nonce-${++nonces}`,
    expiresAtMs: clock.now() + 5_000,
    ...change,
  })
  async function say(sealed: string): Promise<OrderVerb[]> {
    done.length = 0
    for (const hear of listeners) hear(Buffer.from(sealed))
    await clock.advance(300)
    return [...done]
  }
  return { clock, order, say, tell: (given: Order) => say(seal.close(JSON.stringify(given))) }
}

test.each(['kill', 'pause', 'drain', 'rebalance'] as const)('[O1] %s under our seal is obeyed', async (verb) => {
  const { order, tell } = openNode()
  expect(await tell(order({ verb }))).toEqual([verb])
})

test('[O1] an order under another seal, a broken one or none is not obeyed', async () => {
  const { order, say } = openNode()
  const words = JSON.stringify(order())
  const sealed = seal.close(words)
  expect(await say(openSeal({ secret: `${secret}!` }).close(words))).toEqual([])
  expect(await say(sealed.replace('"kill"', '"drain"'))).toEqual([])
  expect(await say(sealed.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')))).toEqual([])
  for (const bare of [words, ` ${words}`, '', ' ', 'null', 'x'.repeat(100_000)]) expect(await say(bare)).toEqual([])
  expect(await say(sealed)).toEqual(['kill'])
})

test('[O1] an order is obeyed once, however often it is heard', async () => {
  const { order, tell } = openNode()
  const given = order({ verb: 'pause' })
  expect(await tell(given)).toEqual(['pause'])
  expect(await tell(given)).toEqual([])
  expect(await tell(order({ verb: 'pause' }))).toEqual(['pause'])
})

test('[O1] an order that is late is not obeyed, nor one that claims to be good for long', async () => {
  const { clock, order, tell } = openNode()
  const given = order()
  await clock.advance(5_001)
  expect(await tell(given)).toEqual([])
  expect(await tell(order({ expiresAtMs: clock.now() + 60_000 }))).toEqual([])
})

test('[O1] an order for another node, or for an earlier run of this one, is not obeyed', async () => {
  const { order, tell } = openNode()
  expect(await tell(order({ node: 'node-2' }))).toEqual([])
  expect(await tell(order({ startedAt: 'the run before' }))).toEqual([])
})

test('[O2] a node whose own configuration denies chaos obeys no order that does harm', async () => {
  const { order, tell } = openNode({ chaosAllowed: false })
  for (const verb of ['kill', 'pause', 'drain'] as const) expect(await tell(order({ verb }))).toEqual([])
  expect(await tell(order({ verb: 'rebalance' }))).toEqual(['rebalance'])
})

const load = (sockets: number, name: string, state: 'up' | 'draining' = 'up') => ({ name, state, sockets })

test('[O3] only what a node has beyond its share is too much, and a little more than that is close enough', () => {
  const lopsided = [load(90, 'a'), load(0, 'b'), load(0, 'c')]
  expect(lopsided.map(({ name }) => surplusOf(lopsided, name))).toEqual([60, 0, 0])
  const even = [load(31, 'a'), load(30, 'b'), load(29, 'c')]
  expect(crowdedOf(even)).toEqual([])
  const many = [load(2_019, 'a'), load(2_000, 'b'), load(1_981, 'c')]
  expect(crowdedOf(many)).toEqual([])
  expect(crowdedOf([load(50, 'a'), load(50, 'b'), load(2, 'c')])).toEqual(['a', 'b'])
})

test('[O3] a node that leaves is nobody’s place to go, and has enough to do', () => {
  const nodes = [load(40, 'a'), load(40, 'b'), load(0, 'c', 'draining')]
  expect(crowdedOf(nodes)).toEqual([])
  expect(surplusOf([load(90, 'a', 'draining'), load(10, 'b')], 'a')).toBe(0)
  expect(surplusOf([], 'a')).toBe(0)
})
