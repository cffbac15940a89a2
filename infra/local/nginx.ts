/** Runs nginx in front of the nodes, and tells it when their set changes without cutting a socket. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { provide } from './binaries.ts'
import { type Child, cleanEnvironment, startChild } from './child.ts'
import { Fault } from './fault.ts'
import type { Home } from './home.ts'
import { type NginxLimits, renderNginx } from './nginx-config.ts'
import { isReachable } from './owner.ts'
import { whenReady } from './ready.ts'

const run = promisify(execFile)
const templatePath = new URL('../nginx/nginx.conf.template', import.meta.url)

export type Nginx = {
  child: Child
  port: number
  /** Resolves when new connections go to exactly these nodes; open sockets stay where they are. */
  reload(nodes: number[]): Promise<void>
  /** Ends it and what goes through it at once. */
  close(): Promise<void>
}

type Needs = { home: Home; host: string; port: number; client: string; nodes: number[]; limits?: NginxLimits }

/** Resolves when it answers. */
export async function startNginx({ home, host, port, client, nodes, limits }: Needs): Promise<Nginx> {
  const command = (await provide(['nginx'], home.say)).get('nginx') ?? 'nginx'
  const folder = await home.folderFor('nginx')
  const config = join(folder, 'nginx.conf')
  const run = join(folder, 'run')
  await mkdir(run, { recursive: true })
  const facts = {
    template: await readFile(templatePath, 'utf8'),
    listen: addresses(host, port),
    client: await reachableCopy(home, client),
    run,
    logs: home.logs,
    user: home.owner?.name ?? null,
    ...(limits === undefined ? {} : { limits }),
  }
  let generation = 0

  const write = async (present: number[]) => {
    generation += 1
    await writeFile(`${config}.new`, renderNginx({ ...facts, nodes: present, generation }))
    await check({ command, config: `${config}.new` })
    await rename(`${config}.new`, config)
  }

  await write(nodes)
  const child = await startChild({ home, name: 'nginx', command, args: ['-c', config] })
  const hears = () => front(host, port).then((heard) => heard === generation)
  await whenReady(child, hears, 15_000)
  return {
    child,
    port,
    async reload(present) {
      await write(present)
      const old = await workersOf(child.pid)
      child.signal('SIGHUP')
      for (let attempt = 0; !(await hears()) || (await listening(old)); attempt++) {
        if (attempt === 250) throw new Fault(`unable to reload nginx; it said:\n${await child.lastLines()}`)
        await pause(20)
      }
    },
    close: async () => void (await child.end('SIGTERM', 5_000)),
  }
}

async function workersOf(master: number): Promise<string[]> {
  return (await readFile(`/proc/${master}/task/${master}/children`, 'utf8')).split(' ').filter(Boolean)
}

/** Whether any of these workers may still take a connection: one that is told to go says so in its title first. */
async function listening(workers: readonly string[]): Promise<boolean> {
  const titles = await Promise.all(workers.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return titles.some((title) => title !== '' && !title.includes('shutting down'))
}

/** Refuses with nginx's own words. */
async function check({ command, config }: { command: string; config: string }): Promise<void> {
  try {
    await run(command, ['-t', '-q', '-c', config], { env: cleanEnvironment() })
  } catch (fault) {
    throw new Fault(`unable to set up nginx; ${fault instanceof Error ? fault.message : String(fault)}`)
  }
}

/** `localhost` may mean either loopback. */
function addresses(host: string, port: number): string[] {
  const six = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
  if (host === '127.0.0.1') return [`127.0.0.1:${port}`, ...(six ? [`[::1]:${port}`] : [])]
  if (host === '0.0.0.0') return [`${port}`, ...(six ? [`[::]:${port}`] : [])]
  return [`${host.includes(':') ? `[${host}]` : host}:${port}`]
}

/** The number of the configuration that a new connection meets; null while nobody answers. */
async function front(host: string, port: number): Promise<number | null> {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  try {
    const answer = await fetch(`http://${address}:${port}/front`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(1_000),
    })
    return answer.ok ? Number(await answer.text()) : null
  } catch {
    return null
  }
}

/** nginx's workers read the client themselves: below a home that is closed to them they get a copy. */
async function reachableCopy(home: Home, client: string): Promise<string> {
  if (home.owner === null || (await isReachable(client))) return client
  const copy = join(home.place, 'client')
  await rm(copy, { recursive: true, force: true })
  await cp(client, copy, { recursive: true })
  await run('chown', ['-R', `${home.owner.name}:${home.owner.name}`, copy])
  home.say(`copied the client to ${copy}, for nginx cannot reach ${client}`)
  return copy
}
