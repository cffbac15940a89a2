/** What an admin does to running nodes: one dies at a word and comes back, and a crowded one shares out its clients. */
import { afterEach, expect, inject, test } from 'vitest'
import type { ClusterView } from '#protocol/panel.ts'
import type { Engine } from '../../client/engine/face.ts'
import { clusterControl } from '../kit/cluster-control.ts'
import { eventually } from '../kit/eventually.ts'
import { type openBrowser, openNewcomer } from '../kit/real-engine.ts'
import { createRoom, openVisitor, type Person, password, signUp } from '../kit/visitor.ts'

afterEach(() => clusterControl().heal())

/** The admin, whoever signs up first. */
async function openAdmin(): Promise<Person> {
  const { url } = inject('cluster')
  const visitor = openVisitor(url)
  const { status, body } = await visitor.post<{ user: Person['user'] }>('/api/session', { username: 'admin', password })
  return status === 200 ? Object.assign(visitor, { user: body.user }) : signUp(url, 'admin')
}

const nodesOf = async (person: Person) => (await person.get<ClusterView>('/api/cluster')).body.nodes

test.each(['kill', 'pause', 'drain'] as const)(
  '[O1] [O2] a node told to %s really ends, and comes back',
  async (order) => {
    const admin = await openAdmin()
    const before = (await nodesOf(admin)).find(({ name }) => name === 'node-2')
    const { restarts } = (await clusterControl().status()).nodes[1] ?? { restarts: Number.NaN }
    const { status } = await admin.post(`/api/cluster/nodes/node-2/${order}`, {})
    expect(status).toBe(202)
    await eventually(async () => (await clusterControl().status()).nodes[1]?.restarts === restarts + 1, {
      withinMs: 30_000,
    })
    await eventually(
      async () => {
        const now = (await nodesOf(admin)).find(({ name }) => name === 'node-2')
        return now !== undefined && now.startedAt !== before?.startedAt
      },
      { withinMs: 30_000 },
    )
  },
)

test('[O2] nobody but an admin can do that to a node', async () => {
  const person = await signUp(inject('cluster').url)
  const { status, body } = await person.post('/api/cluster/nodes/node-2/kill', {})
  expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' })
})

const count = 60

/** Everything a member has, in order. */
function bodiesOf(engine: Engine, roomId: string): string[] {
  const handle = engine.open(roomId)
  const rows = handle.timeline.get().rows
  handle.close()
  return rows.flatMap((row) => (row.kind === 'message' ? [row.message.body ?? ''] : []))
}

test('[O3] after scaling out, a rebalance spreads the clients of the one node over three, and nobody notices', async () => {
  const { url } = inject('cluster')
  const control = clusterControl()
  const admin = await openAdmin()
  await control.scale(1)
  const room = await createRoom(admin, 'public')
  const members = await Promise.all(Array.from({ length: 3 }, () => openNewcomer(() => url)))
  const speakers = members.map(({ engine }) => engine)
  const crowd = members.flatMap(({ browser }) => Array.from({ length: count / 3 - 1 }, () => openTab(browser)))
  const engines = [...speakers, ...crowd]
  for (const engine of speakers) expect((await engine.joinRoom(room.id)).ok).toBe(true)
  await eventually(() => engines.every((engine) => engine.link.get().state === 'online'), { withinMs: 30_000 })
  const handles = engines.map((engine) => engine.open(room.id))
  await eventually(() => handles.every(({ timeline }) => timeline.get().loading === 'none'), { withinMs: 30_000 })
  expect(new Set(engines.map((engine) => engine.link.get().node))).toEqual(new Set(['node-1']))
  await control.scale(3)

  const away: string[] = []
  for (const engine of engines)
    engine.link.subscribe(({ state }) => {
      if (state !== 'online') away.push(state)
    })
  let said = 0
  const over = new AbortController()
  async function talk(): Promise<void> {
    while (!over.signal.aborted) {
      handles[said % 3]?.send(`message ${said}`)
      said += 1
      const heard = said
      await eventually(() => handles.slice(0, 3).every(({ timeline }) => timeline.get().head >= heard), {
        withinMs: 20_000,
      })
    }
  }
  const talked = talk()
  await control.rebalance()
  const spread = () => {
    const nodes = Map.groupBy(engines, (engine) => engine.link.get().node)
    return [...nodes.values()].map((all) => all.length)
  }
  const isEven = () => spread().length === 3 && Math.max(...spread()) <= count / 3 + 2
  await eventually(isEven, { withinMs: 60_000, everyMs: 200 })
  over.abort()
  await talked
  process.stdout.write(`spread: ${spread().join(', ')} of ${count}; ${said} messages meanwhile; away ${away.length}\n`)
  expect(away).toEqual([])
  const expected = Array.from({ length: said }, (_, index) => `message ${index}`)
  for (const engine of engines)
    await eventually(() => {
      expect(bodiesOf(engine, room.id)).toEqual(expected)
    })
  for (const engine of engines) engine.close()
})

/** The same person once more, in another tab. */
function openTab(browser: ReturnType<typeof openBrowser>): Engine {
  return browser.open()
}
