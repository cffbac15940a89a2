/** `npm start` as its own process, with stand-in nodes: that it starts, keeps, obeys, ends, and cleans up after a murder. */
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { identityOf, isAlive } from '../../infra/local/identity.ts'
import { assertFree } from '../../infra/local/ports.ts'
import { openCheckout } from '../kit/checkout.ts'
import { eventually } from '../kit/eventually.ts'

async function checkout(options?: Parameters<typeof openCheckout>[0]) {
  const opened = await openCheckout(options)
  onTestFinished(() => opened.close())
  return opened
}

const nodeAt = async (url: string) => (await fetch(`${url}/api/x`)).headers.get('x-node')

/** Resolves when none of these processes lives. */
async function allGone(pids: Iterable<number>): Promise<void> {
  for (const pid of pids) await eventually(async () => (await identityOf(pid)) === null, { withinMs: 10_000 })
}

test('it starts, serves, says how long each step took, and Ctrl-C leaves nothing running', async () => {
  const { root, start, noted } = await checkout()
  const first = await start()
  await first.says('Parley runs at')
  for (const step of ['Postgres', 'Redis', 'Migrations', 'Client', '3 nodes', 'nginx'])
    expect(first.text()).toMatch(new RegExp(`${step} +\\d+\\.\\d s`))
  expect(await (await fetch(first.url)).text()).toContain('Parley')
  const seen = new Set<string | null>()
  for (let call = 0; call < 9; call++) seen.add(await nodeAt(first.url))
  expect(seen).toEqual(new Set(['node-1', 'node-2', 'node-3']))

  const pids = await noted()
  const names = ['cache', 'nginx', 'node-1', 'node-2', 'node-3', 'postgres', 'redis', 'supervisor']
  expect(new Set(pids.keys())).toEqual(new Set(names))
  first.signal('SIGINT')
  first.signal('SIGINT') // npm passes on what the terminal has sent already: still one press
  expect(await first.exited).toBe(0)
  await allGone(pids.values())
  expect((await noted()).size).toBe(0)
  await assertFree(first.port)

  const secret = join(root, '.data', 'session-secret')
  expect((await stat(secret)).mode & 0o777).toBe(0o600)
  const { mtimeMs } = await stat(secret)
  const second = await start('--nodes', '1')
  await second.says('Parley runs at')
  expect((await stat(secret)).mtimeMs).toBe(mtimeMs)
})

test('nodes get what they need and nothing of the caller', async () => {
  const { start } = await checkout()
  const { url, says } = await start('--nodes', '1')
  await says('Parley runs at')
  expect(await (await fetch(`${url}/api/x`)).json()).toMatchObject({ node: 'node-1', leaked: null })
})

test('killed -9, its nodes end by themselves; the next start ends the rest and serves', async () => {
  const { start, noted } = await checkout()
  const first = await start()
  await first.says('Parley runs at')
  const pids = await noted()
  first.signal('SIGKILL')
  await first.exited
  await allGone([...pids].filter(([name]) => name.startsWith('node-')).map(([, pid]) => pid))
  expect(isAlive(pids.get('postgres') ?? 0)).toBe(true)

  const second = await start('--port', String(first.port))
  await second.says('Parley runs at')
  expect(second.text()).toMatch(/ended what an earlier start left running: .*postgres/)
  await allGone(pids.values())
  expect(await nodeAt(first.url)).toMatch(/^node-/)
})

test('a port in use: said at once, nothing left', async () => {
  const { start, noted } = await checkout()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const started = await start('--port', String(port))
  expect(await started.exited).toBe(1)
  expect(started.text()).toContain(`unable to listen on port ${port}; another program has it`)
  expect((await noted()).size).toBe(0)
})

test('one checkout runs one cluster: the second start is refused and the first does not notice', async () => {
  const { start } = await checkout()
  const first = await start('--nodes', '1')
  await first.says('Parley runs at')
  const second = await start('--nodes', '1')
  expect(await second.exited).toBe(1)
  expect(second.text()).toContain(`already runs here, as process ${first.pid}`)
  expect(await nodeAt(first.url)).toBe('node-1')
})

test('while it starts, a dead child ends everything with its last lines', async () => {
  const { start, noted, program } = await checkout()
  await program("if (process.argv[2] !== 'migrate') throw new Error('no luck today')")
  const started = await start()
  expect(await started.exited).toBe(1)
  expect(started.text()).toMatch(/node-\d ended with code 1; its last lines were:.*no luck today/s)
  expect((await noted()).size).toBe(0)
})

test('Ctrl-C in the middle of a start ends what runs by then', async () => {
  const { start, noted, program } = await checkout()
  await program(
    "setInterval(() => {}, 1000); if (process.argv[2] === 'migrate') process.on('SIGINT', () => process.exit(1))",
  )
  const started = await start()
  await started.says('Redis (cache)')
  const pids = await eventually(async () => {
    const now = await noted()
    expect([...now.keys()]).toContain('migrate')
    return now
  })
  started.signal('SIGINT')
  expect(await started.exited).toBe(0)
  await allGone(pids.values())
})

test('it obeys: kill, stop, start, pause, resume, scale, and tells who is up', async () => {
  const { start, say, noted } = await checkout()
  const { url, says } = await start()
  await says('Parley runs at')
  const pids = await noted()

  expect(await say('kill', '1')).toMatchObject({ code: 0 })
  expect(await say('stop', '2')).toMatchObject({ code: 0 })
  expect((await say('status')).text).toMatch(/node-1 +down.*node-2 +down.*node-3 +up/s)
  for (let call = 0; call < 6; call++) expect(await nodeAt(url)).toBe('node-3')
  await say('start', '1')
  await say('start', '2')
  await say('pause', '3')
  expect((await say('status')).text).toMatch(/node-3 +paused/)
  await say('resume', '3')
  expect((await noted()).get('node-3')).toBe(pids.get('node-3'))

  expect((await say('scale', '4')).code).toBe(0)
  await eventually(async () => (await nodeAt(url)) === 'node-4')
  await say('scale', '1')
  for (let call = 0; call < 6; call++) expect(await nodeAt(url)).toBe('node-1')

  expect(await say('kill', '9')).toMatchObject({ code: 1, text: expect.stringContaining('node 9') })
  expect(await say('start', '1')).toMatchObject({ code: 1, text: expect.stringContaining('it is up') })
  expect((await say('kill', 'redis')).code).toBe(0)
  expect((await say('status')).text).toMatch(/redis +down/)
  expect((await say('start', 'redis')).code).toBe(0)
  expect((await say('kill', 'postgres')).code).toBe(0)
  expect((await say('start', 'postgres')).code).toBe(0)

  expect((await say('kill', 'nginx')).code).toBe(0)
  expect((await say('status')).text).toMatch(/nginx +down/)
  expect(await say('reload', 'nginx')).toMatchObject({ code: 1, text: expect.stringContaining('it is down') })
  expect((await say('scale', '2')).code).toBe(0)
  expect((await say('start', 'nginx')).code).toBe(0)
  await eventually(async () => (await nodeAt(url)) === 'node-2')
  expect(await say('reload', 'nginx')).toMatchObject({ code: 0, text: expect.stringContaining('reloaded') })
})

test('nobody to speak to is said, not waited for', async () => {
  const { say } = await checkout()
  expect(await say('status')).toMatchObject({ code: 1, text: expect.stringContaining('npm start') })
})

test('a node that dies comes back, one that hangs is killed and comes back, one that we paused is left alone', async () => {
  const { start, say, noted } = await checkout()
  const { says } = await start()
  await says('Parley runs at')
  const before = await noted()
  await say('pause', '3')
  process.kill(before.get('node-1') ?? 0, 'SIGKILL')
  process.kill(before.get('node-2') ?? 0, 'SIGSTOP')
  await says('node-1 runs again')
  await says('node-2 runs again')
  expect((await noted()).get('node-3')).toBe(before.get('node-3'))
  expect((await say('status')).text).toMatch(/node-1 +up.*1 restart.*node-2 +up.*1 restart.*node-3 +paused/s)
})

test('a service that dies by itself comes back on its port', async () => {
  const { start, noted } = await checkout()
  const { says } = await start('--nodes', '1')
  await says('Parley runs at')
  const before = await noted()
  for (const name of ['redis', 'postgres', 'nginx']) {
    process.kill(before.get(name) ?? 0, 'SIGKILL')
    await says(`${name} runs again`)
  }
})

test.runIf(process.getuid?.() === 0)('below a home that is closed to others, the services live elsewhere', async () => {
  const { start } = await checkout({ hidden: true })
  const { url, says, text } = await start('--nodes', '1')
  await says('Parley runs at')
  expect(text()).toMatch(/its services live in \/var\/lib\/parley\//)
  expect(await (await fetch(url)).text()).toContain('Parley')
})
