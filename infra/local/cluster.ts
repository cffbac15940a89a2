/** The whole cluster on one machine: services, nodes, nginx; kept running, told what to do, ended together. */
import { join } from 'node:path'
import { variables } from '../../server/config.ts'
import { type Clock, systemClock } from '../../server/kit/clock.ts'
import { type Backing, type Given, openBacking } from './backing.ts'
import { type Program, provide } from './binaries.ts'
import { buildClient, generatePrisma } from './build.ts'
import { startChild } from './child.ts'
import type { Command } from './command.ts'
import { type Control, openControl, type Reply, socketPath } from './control.ts'
import { Fault } from './fault.ts'
import { type Fleet, openFleet, type Wire } from './fleet.ts'
import type { Home } from './home.ts'
import { type Keeper, openKeeper } from './keeper.ts'
import { claim, forget, living, sweep } from './leftovers.ts'
import { type Nginx, startNginx } from './nginx.ts'
import type { NodeEnvironment } from './node.ts'
import { carryOut, statusOf } from './orders.ts'
import { assertFree } from './ports.ts'
import type { Progress } from './progress.ts'
import { whenDone } from './ready.ts'
import type { Status } from './status.ts'
import { openWatch } from './watch.ts'

type Needs = {
  home: Home
  /** The checkout. */
  root: string
  nodes: number
  host: string
  port: number
  /** Where settings of the nodes, and services that run already, are named. */
  given: Given
  progress: Progress
  clock?: Clock
  /** For whoever wants to cut a node off: nothing stands between, unless told. */
  wire?: Wire
}

type Cluster = {
  url: string
  /** Where `npm run cluster` finds it. */
  socketPath: string
  /** What the nodes stand on. */
  urls: Backing['urls']
  status(): Status
  run(command: Command): Promise<Reply>
}

export type Starting = {
  /** Resolves when everything serves; rejects when anything dies or cannot start: then call `close`. */
  ready: Promise<Cluster>
  /** Ends everything cleanly, also in the middle of the start. */
  close(): Promise<void>
  /** Kills everything at once. */
  force(): void
}

export function openCluster({
  home,
  root,
  nodes,
  host,
  port,
  given,
  progress,
  clock = systemClock,
  wire,
}: Needs): Starting {
  const watch = openWatch(home.say)
  const services: Keeper[] = []
  const url = `http://${host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host}:${port}`
  let fleet: Fleet | null = null
  let front: Keeper | null = null
  let nginx: Nginx | null = null
  let control: Control | null = null

  async function begin(): Promise<Cluster> {
    await takeOver(home)
    await assertFree(port, host)
    await progress.step('Programs', () => provide(programs(given), home.say), tellPlaces)
    await progress.step('Database client', () => generatePrisma({ home, root }), tellMade)
    const backing = await openBacking({ home, clock, watch, given, progress }, services)
    const environment = { ...passedOn(given), ...backing.urls, SESSION_SECRET: await secretOf(home, given) }
    await progress.step('Migrations', () => runOnce('migrate', { home, root, environment }))
    await progress.step('Client', () => buildClient({ home, root }), tellMade)

    /** One that is down hears of it when it starts. */
    const onChange = async (ports: number[]) => {
      present = ports
      if (front?.state() === 'up') await nginx?.reload(ports)
    }
    const opened = openFleet({ home, root, clock, watch, environment, wire, onChange })
    fleet = opened
    let present = await progress.step(`${nodes} nodes`, () => opened.begin(nodes), tellPorts)
    const keptFront = openKeeper({
      name: 'nginx',
      clock,
      ending: { signal: 'SIGTERM', graceMs: 5_000 },
      async start() {
        nginx = await startNginx({ home, host, port, client: join(root, 'client', 'dist'), nodes: present })
        return nginx.child
      },
      onDeath: watch.onDeath,
      onReturn: () => home.say('nginx runs again'),
    })
    front = keptFront
    await progress.step('nginx', keptFront.start, () => url)

    const reload = async () => {
      if (keptFront.state() !== 'up') throw new Fault(`unable to reload nginx; it is ${keptFront.state()}`)
      await nginx?.reload(present)
    }
    const rebalance = () => runOnce('rebalance', { home, root, environment })
    const needs = { url, fleet: opened, backing, front: keptFront, reload, rebalance }
    const run = (command: Command) => carryOut(needs, command)
    const path = socketPath(home.folder)
    control = await openControl({ path, run })
    return { url, socketPath: path, urls: backing.urls, status: () => statusOf(needs), run }
  }

  const begun = begin()
  const ready = Promise.race([begun, watch.broken]).then((cluster) => {
    watch.turn('running')
    return cluster
  })
  ready.catch(() => {}) // heard by whoever waits for it

  return {
    ready,
    async close() {
      const midway = watch.phase() === 'starting'
      watch.turn('ending')
      home.leave()
      if (midway) await Promise.all([...home.children].map((child) => child.end('SIGINT', 5_000)))
      await begun.catch(() => {})
      await control?.close()
      await front?.close() // first, so that no socket makes the nodes wait
      await fleet?.close()
      await Promise.all(services.map((keeper) => keeper.close()))
      await forget(home.notes, 'supervisor')
    },
    force() {
      watch.turn('ending')
      home.leave()
      for (const child of home.children) void child.kill()
    },
  }
}

/** All at once, so that whoever lacks them hears one line to type. */
const programs = ({ REDIS_URL, CACHE_REDIS_URL }: Given): Program[] =>
  REDIS_URL && CACHE_REDIS_URL ? ['nginx'] : ['redis-server', 'nginx']

const tellPlaces = (places: Map<Program, string>) => [...places.values()].join(', ')
const tellMade = (made: boolean) => (made ? 'built' : 'up to date')
const tellPorts = (ports: number[]) => `ports ${ports.join(', ')}`

/** One supervisor per home; what an earlier one left running is ended. */
async function takeOver(home: Home): Promise<void> {
  if (!(await claim(home.notes, 'supervisor'))) {
    const other = await living(home.notes, 'supervisor')
    throw new Fault(
      `unable to start; a cluster already runs here, as process ${other?.pid} (npm run cluster -- status)`,
    )
  }
  const ended = await sweep(home.notes)
  if (ended.length > 0) home.say(`ended what an earlier start left running: ${ended.join(', ')}`)
}

/** The settings that nodes know; what this machine decides is added later. */
function passedOn(given: Given): NodeEnvironment {
  const names = Object.keys(variables).flatMap((name) => [name, `${name}_FILE`])
  const settings = names.flatMap((name): [string, string][] => {
    const value = given[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { TRUST_PROXY: '1', NODE_ENV: 'production', ...Object.fromEntries(settings) }
}

const secretOf = async (home: Home, { SESSION_SECRET }: Given) =>
  SESSION_SECRET || (await home.secret('session-secret'))

type Once = { home: Home; root: string; environment: NodeEnvironment }

async function runOnce(name: 'migrate' | 'rebalance', { home, root, environment }: Once): Promise<void> {
  const args = [join(root, 'server', 'main.ts'), name]
  await whenDone(await startChild({ home, name, command: process.execPath, args, cwd: root, env: environment }))
}
