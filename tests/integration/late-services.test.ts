/** A node that starts before anything it needs is there, whatever comes last. */
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { clusterEnv, openTestNode } from '../kit/nodes.ts'
import { openVisitor, signUp } from '../kit/visitor.ts'
import { openPipe, type Pipe } from '../tools/chaos/pipe.ts'

const variables = { postgres: 'DATABASE_URL', sessions: 'REDIS_URL', cache: 'CACHE_REDIS_URL' } as const
type Service = keyof typeof variables

/** A node whose way to every service is cut. */
async function openLonelyNode() {
  const env = await clusterEnv()
  const pipes = new Map<Service, Pipe>()
  for (const [service, variable] of Object.entries(variables) as [Service, (typeof variables)[Service]][]) {
    const url = new URL(env[variable] ?? '')
    const pipe = await openPipe({ host: url.hostname, port: Number(url.port) })
    pipe.turn('cut')
    url.port = String(pipe.port)
    env[variable] = url.href
    pipes.set(service, pipe)
  }
  const node = await openTestNode(env)
  onTestFinished(async () => {
    await node.close()
    await Promise.all([...pipes.values()].map((pipe) => pipe.close()))
  })
  return { node, bring: (service: Service) => pipes.get(service)?.turn('whole') }
}

test.each([
  [['postgres', 'sessions', 'cache']],
  [['sessions', 'cache', 'postgres']],
  [['cache', 'postgres', 'sessions']],
] satisfies [Service[]][])('it lives at once, says what is missing, and serves when %j have come', async (order) => {
  const { node, bring } = await openLonelyNode()
  const visitor = openVisitor(node.origin)
  const readyz = () => visitor.get<Partial<Record<'ready' | 'postgres' | 'sessions', boolean>>>('/readyz')
  expect((await visitor.get('/livez')).status).toBe(200)
  expect(await readyz()).toMatchObject({ status: 503, body: { ready: false, postgres: false, sessions: false } })
  expect(await visitor.get('/api/session')).toMatchObject({
    status: 503,
    body: { code: 'unavailable', definite: true },
  })

  const [first, second, last] = order
  for (const service of [first, second]) {
    if (service !== undefined) bring(service)
    // a cache that is away makes nothing impossible [C3]
    if (service === 'postgres' || service === 'sessions')
      await eventually(async () => (await readyz()).body[service] === true, { withinMs: 20_000 })
  }
  const isWhole = last === 'cache'
  if (!isWhole) expect((await readyz()).status).toBe(503)
  if (last !== undefined) bring(last)
  await eventually(async () => (await readyz()).status === 200, { withinMs: 20_000 })
  await node.ready
  const person = await signUp(node.origin)
  expect((await person.get('/api/rooms')).status).toBe(200)
})
