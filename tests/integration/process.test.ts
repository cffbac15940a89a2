/** The process itself: `node server/main.ts`, from its exit codes to the way it leaves. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { cleanEnvironment } from '../../infra/local/child.ts'
import { freePort } from '../../infra/local/ports.ts'
import type { Environment } from '../../server/config.ts'
import { emptyDatabase } from '../kit/database.ts'
import { eventually } from '../kit/eventually.ts'
import { clusterEnv } from '../kit/nodes.ts'
import { openVisitor, signUp } from '../kit/visitor.ts'

type Ran = { child: ChildProcess; said: () => string; exit: Promise<unknown[]> }

function run(args: string[], env: Environment, withLine = false): Ran {
  const child = spawn(process.execPath, ['server/main.ts', ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(withLine ? (['ipc'] as const) : [])],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, said: () => said, exit: once(child, 'exit') }
}

/** A node of its own port; resolves when it says that it is ready. */
async function openProcess(given: Environment = {}, withLine = false) {
  const port = await freePort()
  const env = await clusterEnv({ LOG_LEVEL: 'info', PORT: String(port), ...given })
  const origin = `http://127.0.0.1:${port}`
  const ran = run([], env, withLine)
  const isReady = () =>
    openVisitor(origin)
      .get('/readyz')
      .then(({ status }) => status === 200)
  await eventually(isReady, { withinMs: 15_000 })
  return { ...ran, origin, env }
}

test('a wrong environment is told whole, with exit 78, and an unknown command with 64', async () => {
  const wrong = run([], { PORT: 'high', SESSION_SECRET: 'short' })
  expect((await wrong.exit)[0]).toBe(78)
  for (const name of ['PORT', 'SESSION_SECRET', 'DATABASE_URL', 'REDIS_URL']) expect(wrong.said()).toContain(name)
  expect((await run(['migrat'], {}).exit)[0]).toBe(64)
})

test('migrate brings an empty database up to date, from many processes at once, and a node waits for it', async () => {
  const DATABASE_URL = await emptyDatabase()
  const env = await clusterEnv({ DATABASE_URL, LOG_LEVEL: 'info', PORT: String(await freePort()) })
  const node = run([], env)
  await eventually(() => node.said().includes('not-ready'), { withinMs: 15_000 })
  const migrations = await Promise.all([1, 2, 3].map(() => run(['migrate'], env).exit))
  expect(migrations.map(([code]) => code)).toEqual([0, 0, 0])
  await eventually(() => node.said().includes('"event":"ready"'), { withinMs: 15_000 })
})

test('[D3] SIGTERM lets the node leave: it says so, takes nobody in, and exits by itself in time', async () => {
  const { child, said, exit, origin } = await openProcess({ DRAIN_MS: '3000' })
  await signUp(origin)
  const beganAt = performance.now()
  child.kill('SIGTERM')
  child.kill('SIGINT')
  expect((await exit)[0]).toBe(0)
  expect(performance.now() - beganAt).toBeLessThan(3_000)
  expect(said()).toContain('"event":"drained"')
  expect(said()).not.toContain('close-failed')
})

test('[D3] a node that is told to leave before it is ready leaves at once', async () => {
  const env = await clusterEnv({ DATABASE_URL: await emptyDatabase(), LOG_LEVEL: 'info', DRAIN_MS: '5000' })
  const { child, said, exit } = run([], env)
  await eventually(() => said().includes('not-ready'), { withinMs: 15_000 })
  child.kill('SIGTERM')
  expect((await exit)[0]).toBe(0)
})

test('a node whose supervisor is gone ends, and one without a supervisor does not start as if it had one', async () => {
  const { child, exit } = await openProcess({ PARLEY_SUPERVISED: 'true' }, true)
  child.disconnect()
  await exit
  const orphan = run([], await clusterEnv({ PARLEY_SUPERVISED: 'true' }))
  expect((await orphan.exit)[0]).toBe(1)
})

test('a port in use is a clear end, not a hang', async () => {
  const { env } = await openProcess()
  const second = run([], env)
  expect((await second.exit)[0]).toBe(1)
  expect(second.said()).toContain('EADDRINUSE')
})

test('no password, cookie or message is ever logged', async () => {
  const { said, origin } = await openProcess({ LOG_LEVEL: 'trace' })
  const ada = await signUp(origin)
  await ada.post('/api/rooms', { kind: 'public', title: 'a title nobody logs' })
  await openVisitor(origin).post('/api/session', { username: ada.user.username, password: 'hunter2 hunter2' })
  for (const secret of ['correct horse', 'hunter2', ada.cookie.slice(15, 40), 'a title nobody logs', '$argon2id'])
    expect(said()).not.toContain(secret)
})
