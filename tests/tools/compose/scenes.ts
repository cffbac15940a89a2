/** What an operator does, and what the people must not notice of it. */
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../kit/eventually.ts'
import { signUp } from '../../kit/visitor.ts'
import type { Fate, Way } from './client.ts'
import type { Compose } from './compose.ts'
import type { Crowd } from './crowd.ts'

export type Scene = {
  name: string
  /** What is done while everybody talks. */
  work(): Promise<unknown>
  /** Complaints; none is a pass. */
  judge(fates: readonly Fate[]): string[]
}

/** The admin's name. */
export const operator = 'operator'

/** A killed node's people are back within this time. */
const backMs = 1_500
/** Where Docker starts the dead node again at once: its start takes the cores that its people's return would need. */
const backBesideStartMs = 3_000
/** Docker asks a node every three seconds; until then the dead one still counts as healthy. */
const healthMs = 4_000

/** A poll ends with the node that held it: what polls loses its connection with every drain, for less than this. */
const pollingBackMs = 3_000

const lost = (fates: readonly Fate[]) => fates.filter(({ losses }) => losses > 0)
const longestMs = (fates: readonly Fate[]) => Math.round(Math.max(0, ...fates.map(({ awayMs }) => awayMs)))
const by = (way: Way, fates: readonly Fate[]) => fates.filter((fate) => fate.way === way)

const nobodyLost = (fates: readonly Fate[]): string[] =>
  lost(fates).length === 0 ? [] : [`${lost(fates).length} lost their connection, for up to ${longestMs(fates)} ms`]

const allBackWithin = (boundMs: number) => (fates: readonly Fate[]) =>
  longestMs(fates) <= boundMs ? [] : [`somebody was away for ${longestMs(fates)} ms, more than ${boundMs}`]

const drained = (fates: readonly Fate[]) => [
  ...nobodyLost(by('websocket', fates)),
  ...allBackWithin(pollingBackMs)(by('polling', fates)),
]

const killed = (boundMs: number) => (fates: readonly Fate[]) => [
  ...(lost(fates).length > 0 ? [] : ['it had nobody, so this shows nothing']),
  ...allBackWithin(boundMs)(fates),
]

const anything = () => []

/** Who polls stays where a cookie leads, but counts; the others fill up what that leaves. */
function isEven(crowd: Crowd): boolean {
  const counts = [...crowd.spread().values()]
  const mean = counts.reduce((sum, count) => sum + count, 0) / 5
  return counts.length === 5 && Math.max(...counts) <= mean * 1.2
}

type Stage = { compose: Compose; crowd: Crowd; nodes: number /** A file for the backup. */; backup: string }

export function scenesOf({ compose, crowd, nodes, backup }: Stage): Scene[] {
  const scale = (count: number) => compose.compose('up', '--detach', '--wait', '--scale', `server=${count}`)

  return [
    {
      name: `scale out, ${nodes} to 5`,
      work: () => scale(5),
      judge: (fates) => [...nobodyLost(fates), ...(fates.some(({ hops }) => hops > 0) ? ['somebody was moved'] : [])],
    },
    {
      name: 'rebalance: the new nodes get their share',
      async work() {
        await compose.compose('exec', '--no-TTY', 'server', 'node', 'server/main.ts', 'rebalance')
        await eventually(() => isEven(crowd), { withinMs: 60_000 })
      },
      judge: nobodyLost,
    },
    {
      name: 'kill a node',
      work: async () => void (await compose.docker('kill', await fullestOf(compose, crowd))),
      judge: killed(backMs),
    },
    { name: 'replace the killed node', work: () => scale(5), judge: nobodyLost },
    {
      name: 'an admin kills a node from the panel',
      async work() {
        const admin = await signUp(compose.url, operator)
        const node = (await fullestOf(compose, crowd)).slice(0, 12)
        const { status } = await admin.post(`/api/cluster/nodes/${node}/kill`, {})
        if (status !== 202) throw new Error(`unable to give an order; ${status}`)
        await pause(healthMs)
        await eventually(async () => (await compose.containers('server')).length === 5, { withinMs: 60_000 })
      },
      judge: killed(backBesideStartMs),
    },
    {
      name: 'a node that dies by itself',
      async work() {
        await compose.docker('exec', await fullestOf(compose, crowd), 'bash', '-c', 'kill -9 $(pidof node)')
        await pause(healthMs)
        await eventually(async () => (await compose.containers('server')).length === 5, { withinMs: 60_000 })
      },
      judge: killed(backBesideStartMs),
    },
    {
      name: 'back up while everybody talks',
      work: () => compose.tell('sh', '-c', `docker compose run --rm -T backup > ${backup}`),
      judge: nobodyLost,
    },
    { name: `scale in, 5 to ${nodes}`, work: () => scale(nodes), judge: drained },
    {
      name: 'roll: new nodes take the place of the old',
      work: async () => {
        compose.set('LOG_LEVEL', 'warn')
        await compose.tell('sh', 'infra/docker/roll.sh')
      },
      judge: drained,
    },
    { name: 'restart redis', work: () => compose.compose('restart', 'redis'), judge: nobodyLost },
    { name: 'restart redis-cache', work: () => compose.compose('restart', 'redis-cache'), judge: nobodyLost },
    { name: 'restart postgres', work: () => compose.compose('restart', 'postgres'), judge: nobodyLost },
    { name: 'restart nginx', work: () => compose.compose('restart', 'nginx'), judge: allBackWithin(5_000) },
    {
      name: 'replace all nodes at once, as plain `up --build` does',
      work: async () => {
        compose.set('LOG_LEVEL', 'error')
        await compose.compose('up', '--build', '--detach', '--wait', '--scale', `server=${nodes}`)
      },
      judge: anything,
    },
    {
      name: 'stop and start everything',
      async work() {
        await compose.compose('stop')
        await compose.compose('start')
      },
      judge: anything, // that data and sessions survive is for the checker to say
    },
  ]
}

/** The container whose node most people are at: its host name is the node's. */
async function fullestOf(compose: Compose, crowd: Crowd): Promise<string> {
  const spread = crowd.spread()
  const count = (id: string) => spread.get(id.slice(0, 12)) ?? 0
  const [fullest] = (await compose.containers('server')).sort((a, b) => count(b) - count(a))
  if (fullest === undefined) throw new Error('unable to choose a node; none is healthy')
  return fullest
}
