/** One process of ours: its own group, its log, the note that lets the next start find it. */
import { spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from './fault.ts'
import { forget, strike, take } from './leftovers.ts'
import type { Owner } from './owner.ts'

/** What a process needs of its home, which knows its children in turn. */
type Place = { logs: string; place: string; notes: string; children: Set<Child>; isLeaving(): boolean }

type Needs = {
  home: Place
  name: string
  command: string
  args: string[]
  env?: Record<string, string>
  cwd?: string
  as?: Owner | null
  /** With a line to us: the child hears `disconnect` when we die, however we die. */
  line?: boolean
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export type Child = {
  name: string
  pid: number
  /** Resolves when it is gone and its note is forgotten; never rejects. */
  exited: Promise<Exit>
  isGone(): boolean
  signal(signal: NodeJS.Signals): void
  /** Kills it and its whole group. */
  kill(): Promise<Exit>
  /** Asks by `signal`; after `graceMs` it kills. */
  end(signal: NodeJS.Signals, graceMs: number): Promise<Exit>
  /** The end of its log since it started. */
  lastLines(count?: number): Promise<string>
}

const longestLog = 16 * 1024 * 1024

const handedDown = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME', 'NODE_COMPILE_CACHE']

/** What a child gets of our environment: where to find programs, and nothing secret. */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept = handedDown.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(kept), ...extra }
}

/** Resolves once the process runs; whether it is of use is another question. */
export async function startChild({ home, name, command, args, env, cwd, as, line }: Needs): Promise<Child> {
  if (home.isLeaving()) throw new Fault(`unable to start ${name}; the cluster is ending`)
  const logPath = join(home.logs, `${name}.log`)
  await turnOver(logPath)
  const log = await open(logPath, 'a', 0o640)
  const from = (await log.stat()).size
  const process = spawn(command, args, {
    env: cleanEnvironment(env),
    cwd: cwd ?? home.place,
    detached: true, // a group of its own: a terminal's Ctrl-C reaches us alone, and a kill reaches all of it
    stdio: ['ignore', log.fd, log.fd, ...(line === true ? (['ipc'] as const) : [])],
    ...(as ? { uid: as.uid, gid: as.gid } : {}),
  })
  const gone = new Promise<Exit>((resolve) => process.once('exit', (code, signal) => resolve({ code, signal })))
  const spawned = new Promise<void>((resolve, reject) => {
    process.once('spawn', resolve)
    process.once('error', (fault) => reject(new Fault(`unable to start ${name}; ${fault.message}`)))
  })
  await spawned.finally(() => log.close())
  const { pid } = process
  if (pid === undefined) throw new Error(`unable to start ${name}; it has no pid`)
  process.on('error', () => {}) // a signal that found nobody, a line that broke: `exit` tells what matters
  await take(home.notes, { name, pid })

  let isGone = false
  const exited = gone.then(async (exit) => {
    isGone = true
    home.children.delete(child)
    strike(-pid, 'SIGKILL') // workers that outlived their master
    await forget(home.notes, name)
    return exit
  })

  const child: Child = {
    name,
    pid,
    exited,
    isGone: () => isGone,
    signal(signal) {
      if (!isGone) strike(pid, signal)
    },
    kill() {
      if (!isGone) strike(-pid, 'SIGKILL')
      return exited
    },
    async end(signal, graceMs) {
      if (!isGone) strike(pid, signal)
      const timer = setTimeout(() => strike(-pid, 'SIGKILL'), graceMs)
      try {
        return await exited
      } finally {
        clearTimeout(timer)
      }
    },
    async lastLines(count = 15) {
      const text = (await readFile(logPath)).subarray(from).toString('utf8')
      return text.trimEnd().split('\n').slice(-count).join('\n')
    },
  }
  home.children.add(child)
  return child
}

/** Keeps one old log beside the new one. */
async function turnOver(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > longestLog) await rename(path, `${path}.old`)
}
