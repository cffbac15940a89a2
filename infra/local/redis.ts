/** Runs a Redis of our own on the loopback: `state` keeps sessions and the roster, `cache` may forget anything at any time. */
import { chown, readFile, rename, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { provide } from './binaries.ts'
import { startChild } from './child.ts'
import type { Home } from './home.ts'
import { freePort } from './ports.ts'
import type { Service } from './postgres.ts'
import { whenReady } from './ready.ts'

export type RedisRole = 'state' | 'cache'

/** What a role is, the same as in containers: [C7] cache memory is bounded, and evicts; [C9] the cache never persists. */
const roleFile = (role: RedisRole) => new URL(`../redis/${role}.conf`, import.meta.url)

type Needs = { home: Home; role: RedisRole; port?: number }

/** Resolves when it answers, its append-only file read. */
export async function startRedis({ home, role, port }: Needs): Promise<Service> {
  const name = role === 'state' ? 'redis' : 'cache'
  const command = (await provide(['redis-server'], home.say)).get('redis-server') ?? 'redis-server'
  const password = await home.secret('redis-password')
  const folder = await home.folderFor(name)
  const listening = port ?? (await freePort())
  const config = await writeConfig({ home, folder, role, port: listening, password })
  const child = await startChild({ home, name, command, args: [config], cwd: folder, as: home.owner })
  await whenReady(child, () => answers(listening, password))
  return {
    name,
    url: `redis://:${password}@127.0.0.1:${listening}`,
    port: listening,
    child,
    kill: async () => void (await child.kill()),
    close: async () => void (await child.end('SIGTERM', 10_000)),
  }
}

type Config = { home: Home; folder: string; role: RedisRole; port: number; password: string }

/** In a file, not in the arguments: those are for everybody to read. */
async function writeConfig({ home, folder, role, port, password }: Config): Promise<string> {
  const own = { bind: '127.0.0.1', port, requirepass: password, daemonize: 'no', dir: JSON.stringify(folder) }
  const lines = Object.entries(own).map(([key, value]) => `${key} ${value}`)
  const text = `${await readFile(roleFile(role), 'utf8')}\n${lines.join('\n')}\n`
  const path = join(folder, 'redis.conf')
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  if (home.owner !== null) await chown(`${path}.new`, home.owner.uid, home.owner.gid)
  await rename(`${path}.new`, path)
  return path
}

/** Whether it says PONG; while it reads its file it says LOADING. */
function answers(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
    const done = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (chunk) => {
      text += chunk
      if (text.includes('+PONG')) done(true)
      else if (text.includes('-')) done(false)
    })
    socket.on('error', () => done(false))
    socket.on('timeout', () => done(false))
  })
}
