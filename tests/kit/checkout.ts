/** A checkout with stand-in nodes, where `npm start` runs as its own process: for tests of the supervisor itself. */
import { spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweep } from '../../infra/local/leftovers.ts'
import { freePort } from '../../infra/local/ports.ts'
import { eventually } from './eventually.ts'

const repository = new URL('../../', import.meta.url).pathname
const copied = ['infra', 'server/kit', 'server/config.ts', 'server/protocol', 'package.json']

type Started = {
  pid: number
  port: number
  url: string
  /** All it has printed. */
  text(): string
  /** Resolves when it has printed `words`; rejects when it ended without. */
  says(words: string): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Resolves with its exit code; null when a signal ended it. */
  exited: Promise<number | null>
}

export type Checkout = {
  root: string
  start(...args: string[]): Promise<Started>
  /** `npm run cluster -- …` */
  say(...words: string[]): Promise<{ code: number | null; text: string }>
  /** Pids of everything it has noted as running, by name. */
  noted(): Promise<Map<string, number>>
  /** Replaces the stand-in node's code. */
  program(code: string): Promise<void>
  close(): Promise<void>
}

type Options = {
  /** Below a folder nobody else may enter, as root's home is. */
  hidden?: boolean
}

export async function openCheckout({ hidden = false }: Options = {}): Promise<Checkout> {
  const above = await mkdtemp(join(tmpdir(), 'checkout-'))
  const root = join(above, 'parley')
  await chmod(above, hidden ? 0o700 : 0o755)
  await mkdir(join(root, 'server', 'store', 'generated'), { recursive: true })
  for (const path of copied) await cp(join(repository, path), join(root, path), { recursive: true })
  await cp(join(repository, 'tests', 'fakes', 'node.ts'), join(root, 'server', 'main.ts'))
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  await mkdir(join(root, 'client', 'dist', 'assets'), { recursive: true })
  await writeFile(join(root, 'client', 'dist', 'index.html'), '<title>Parley</title>')
  await writeFile(join(root, 'client', 'dist', 'assets', 'main-1a2b.js'), 'export {}')
  const running: Started[] = []

  function launch(script: string, args: string[]) {
    const env = { ...process.env, SECRET_OF_THE_CALLER: 'not for children' }
    const child = spawn(process.execPath, [join(root, 'infra', 'local', script), ...args], {
      cwd: root,
      env,
      detached: true,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
    return { child, text: () => text, exited }
  }

  return {
    root,
    async start(...args) {
      const port = await freePort()
      const { child, text, exited } = launch('main.ts', ['--port', String(port), ...args])
      let isOver = false
      void exited.then(() => {
        isOver = true
      })
      const started: Started = {
        pid: child.pid ?? 0,
        port: Number(args[args.indexOf('--port') + 1] ?? port) || port,
        url: `http://localhost:${port}`,
        text,
        async says(words) {
          await eventually(() => text().includes(words) || isOver, { withinMs: 90_000 })
          if (!text().includes(words)) throw new Error(`it ended without "${words}":\n${text()}`)
        },
        signal: (signal) => void child.kill(signal),
        exited,
      }
      running.push(started)
      return started
    },
    async say(...words) {
      const { text, exited } = launch('speak.ts', words)
      const code = await exited
      return { code, text: text() }
    },
    async noted() {
      const folder = join(root, '.data', 'run')
      const found = new Map<string, number>()
      for (const file of await readdir(folder)) {
        const { name, pid } = JSON.parse(await readFile(join(folder, file), 'utf8'))
        found.set(name, pid)
      }
      return found
    },
    program: (code) => writeFile(join(root, 'server', 'main.ts'), code),
    async close() {
      for (const started of running) started.signal('SIGKILL')
      await Promise.all(running.map(({ exited }) => exited))
      await sweep(join(root, '.data', 'run')).catch(() => {})
      const place = /services live in (\S+)/.exec(running.map(({ text }) => text()).join())?.[1]
      if (place !== undefined) await rm(place, { recursive: true, force: true })
      await rm(above, { recursive: true, force: true })
    },
  }
}
