/** Orders between nodes over a real Redis, and who may give them over HTTP. */
import { expect, onTestFinished, test } from 'vitest'
import type { OrderVerb } from '#protocol/panel.ts'
import { openRedis } from '../../server/cache/redis.ts'
import { openRoster } from '../../server/cache/roster.ts'
import { openObedience } from '../../server/cluster/obedience.ts'
import { openOrders, orderChannel } from '../../server/cluster/orders.ts'
import { openSeal } from '../../server/cluster/seal.ts'
import { openSubscriber } from '../../server/fanout/subscriber.ts'
import { systemClock as clock } from '../../server/kit/clock.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes } from '../kit/nodes.ts'
import { openTestRedis, silentLog, testMetrics } from '../kit/open-redis.ts'
import { openOwnRedis } from '../kit/redis.ts'
import { signUp } from '../kit/visitor.ts'

const seal = openSeal({ secret: 'a secret of the cluster, long enough for all' })

/** A node that does nothing but listen and say what it would have done. */
function openListener(url: string, name: string) {
  const done: OrderVerb[] = []
  const heard: string[] = []
  const does = (verb: OrderVerb) => () => void done.push(verb)
  const subscriber = openRedis({
    ...{ url, name, clock, log: silentLog, metrics: testMetrics() },
    offlineQueue: true,
  })
  const subscriptions = openSubscriber({ link: subscriber, clock })
  onTestFinished(async () => {
    await subscriptions.close()
    await subscriber.close()
  })
  const sSubscribe = (channel: string, listener: (message: Buffer) => void) =>
    subscriptions.sSubscribe(channel, (message) => {
      heard.push(message.toString())
      listener(message)
    })
  const deeds = { kill: does('kill'), pause: does('pause'), drain: does('drain'), rebalance: does('rebalance') }
  const node = { name, startedAt: `${name} began` }
  openObedience({ node, subscriptions: { sSubscribe }, seal, chaosAllowed: true, deeds, clock, log: silentLog })
  return { node, done, heard }
}

async function openPair() {
  const own = await openOwnRedis()
  onTestFinished(() => own.close())
  const redis = await openTestRedis(own.url)
  const roster = openRoster({ redis })
  const listeners = ['node-1', 'node-2'].map((name) => openListener(own.url, name))
  for (const { node } of listeners) await roster.beat(node.name, JSON.stringify(node), 60_000)
  const orders = openOrders({ redis, roster, seal, chaosAllowed: true, clock, log: silentLog })
  const listening = async () => (await redis.client.pubSubShardNumSub([orderChannel]))[orderChannel] === 2
  await eventually(listening)
  return { own, redis, roster, orders, listeners }
}

test('[O1] an order reaches the node it names, over Redis, and is obeyed by that one alone', async () => {
  const { orders, listeners } = await openPair()
  await orders.give({ node: 'node-2', verb: 'drain', by: 'ann' })
  await eventually(() => listeners[1]?.done.length === 1)
  expect(listeners.map(({ done }) => done)).toEqual([[], ['drain']])
  await expect(orders.give({ node: 'node-3', verb: 'kill', by: 'ann' })).rejects.toThrow('no such node')
})

test('[O1] what somebody else on Redis says, or says once more, is heard and not obeyed', async () => {
  const { orders, redis, listeners } = await openPair()
  const [one] = listeners
  await orders.give({ node: 'node-1', verb: 'pause', by: 'ann' })
  await eventually(() => one?.done.length === 1)
  const said = one?.heard[0] ?? ''
  for (const words of [said, said.replace('"pause"', '"kill"'), said.slice(said.indexOf(' ') + 1), 'kill node-1'])
    await redis.client.sPublish(orderChannel, words)
  await eventually(() => one?.heard.length === 5)
  await orders.give({ node: 'node-1', verb: 'drain', by: 'ann' })
  await eventually(() => one?.done.length === 2)
  expect(one?.done).toEqual(['pause', 'drain'])
})

test('[O1] without Redis an order is refused instead of being given late', async () => {
  const { own, orders, listeners } = await openPair()
  await own.kill()
  await expect(orders.give({ node: 'node-1', verb: 'kill', by: 'ann' })).rejects.toMatchObject({ code: 'unavailable' })
  await own.start()
  expect(listeners.flatMap(({ done }) => done)).toEqual([])
})

test('[O3] rebalancing is an order to those with a surplus', async () => {
  const { orders, roster, listeners } = await openPair()
  for (const [index, { node }] of listeners.entries())
    await roster.beat(node.name, JSON.stringify({ ...node, state: 'up', sockets: index === 0 ? 2 : 40 }), 60_000)
  expect(await orders.rebalance('ann')).toEqual(['node-2'])
  await eventually(() => listeners[1]?.done.length === 1)
  expect(listeners.map(({ done }) => done)).toEqual([[], ['rebalance']])
})

test('[O2] orders are for admins, and harmful ones for where chaos is allowed', async () => {
  const denied = await openNodes(1, { ADMINS: 'root' })
  onTestFinished(() => denied.close())
  const [origin = ''] = denied.origins
  const [admin, person] = [await signUp(origin, 'root'), await signUp(origin)]
  const name = denied.nodes[0]?.name
  const answersOf = async (who: typeof person, path: string) => {
    const { status, body } = await who.post(`/api/cluster/${path}`, {})
    return [status, body.code]
  }
  await eventually(async () => (await admin.get<{ nodes: unknown[] }>('/api/cluster')).body.nodes.length === 1)
  for (const order of ['kill', 'pause', 'drain', 'rebalance']) {
    expect(await answersOf(person, `nodes/${name}/${order}`)).toEqual([403, 'forbidden'])
    const harmful = order !== 'rebalance'
    expect(await answersOf(admin, `nodes/${name}/${order}`)).toEqual(harmful ? [403, 'forbidden'] : [202, undefined])
  }
  expect(await answersOf(person, 'rebalance')).toEqual([403, 'forbidden'])
  expect(await answersOf(admin, 'rebalance')).toEqual([202, undefined])
  expect(await answersOf(admin, `nodes/${name}/obliterate`)).toEqual([400, 'bad-input'])
  expect(await answersOf(admin, 'nodes/nobody/rebalance')).toEqual([404, 'not-found'])
  const foreign = await admin.post(`/api/cluster/nodes/${name}/kill`, {}, { origin: 'https://elsewhere.example' })
  expect([foreign.status, foreign.body.detail]).toEqual([403, 'this page may not write here'])
})

test('[O2] [X3] an admin has a budget of orders', async () => {
  const cluster = await openNodes(1, { ADMINS: 'root', BUDGET_ORDER_USER: '3/1m' })
  onTestFinished(() => cluster.close())
  const admin = await signUp(cluster.origins[0] ?? '', 'root')
  const statuses: number[] = []
  for (let turn = 0; turn < 5; turn += 1) statuses.push((await admin.post('/api/cluster/rebalance', {})).status)
  expect(statuses).toEqual([202, 202, 202, 429, 429])
})
