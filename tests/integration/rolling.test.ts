/** Expand, then contract: while a roll-out is under way, nodes of the commit before work on the schema of the new ones. */
import { spawn } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { cleanEnvironment } from '../../infra/local/child.ts'
import { freePort } from '../../infra/local/ports.ts'
import { type Caller, openCaller } from '../kit/caller.ts'
import { eventually } from '../kit/eventually.ts'
import { openNodes } from '../kit/nodes.ts'
import { type Previous, previousTree } from '../kit/previous.ts'
import { createRoom, signUp } from '../kit/visitor.ts'

/** A node of that tree, as a process of its own. */
async function openOldNode({ folder }: Previous, env: Record<string, string | undefined>): Promise<string> {
  const port = await freePort()
  const own = { ...env, PORT: String(port), NODE_NAME: 'node-old' }
  const given = Object.fromEntries(
    Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: folder,
    env: cleanEnvironment({ ...given, LOG_LEVEL: 'warn' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  onTestFinished(() => void child.kill('SIGKILL'))
  const origin = `http://127.0.0.1:${port}`
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`the old node ended with ${child.exitCode}:\n${said}`)
    return (await fetch(`${origin}/readyz`)).ok
  }
  await eventually(isReady, { withinMs: 30_000 })
  return origin
}

/** Whether the caller was told of the room's `rev`, by the change itself or by a beacon of repair's. [A1] */
const heardOf = ({ of }: Caller, rev: number) =>
  [...of('room:changes'), ...of('room:head')].some((told) => told.rev >= rev)

test('old and new nodes serve one room on the new schema: both write, both hear, both read', async () => {
  const previous = await previousTree()
  if (previous === null) {
    process.stdout.write('rolling: there is no history here, so there are no nodes of the commit before to try\n')
    return
  }
  onTestFinished(previous.remove)
  process.stdout.write(`rolling: nodes of ${previous.commit.slice(0, 8)} beside those of this tree\n`)
  const cluster = await openNodes(1)
  onTestFinished(cluster.close)
  const [fresh = ''] = cluster.origins
  const old = await openOldNode(previous, cluster.env)

  const [ann, bob] = await Promise.all([signUp(old), signUp(fresh)])
  const { id: roomId } = await createRoom(ann, 'private', [bob])
  const [byOld, byFresh] = await Promise.all([openCaller(old, ann.cookie), openCaller(fresh, bob.cookie)])
  const steps: [other: Caller, step: () => Promise<{ ok: boolean; value?: { rev: number } }>][] = [
    [byFresh, () => byOld.call('message:send', { roomId, id: randomUUIDv7(), body: 'from an old node' })],
    [byOld, () => byFresh.call('message:send', { roomId, id: randomUUIDv7(), body: 'from a new node' })],
    [byFresh, () => byOld.call('message:edit', { roomId, seq: 1, body: 'edited on an old node' })],
    [byOld, () => byFresh.call('message:react', { roomId, seq: 1, emoji: '👍', on: true })],
    [byOld, () => byFresh.call('message:delete', { roomId, seq: 2 })],
  ]
  for (const [other, step] of steps) {
    const { ok, value } = await step()
    expect(ok).toBe(true)
    await eventually(() => heardOf(other, value?.rev ?? Number.POSITIVE_INFINITY), { withinMs: 10_000 })
  }
  const pages = await Promise.all([byOld, byFresh].map((caller) => caller.call('room:page', { roomId })))
  for (const { value } of pages) {
    const bodies = value.messages.map(({ body }: { body: string | null }) => body)
    expect(bodies).toEqual(['edited on an old node', null])
  }
  ann.origin = fresh // a session of an old node's is good for a new one, and the other way round
  bob.origin = old
  for (const person of [ann, bob]) expect((await person.get('/api/session')).status).toBe(200)
}, 180_000)
