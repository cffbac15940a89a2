/** One crowd before one candidate: what came of it, and what it cost whom. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { readCpu, useBetween } from '../instrument/cpu.ts'
import type { Stage } from '../instrument/stage.ts'
import { startWorker, type Worker } from '../instrument/worker.ts'
import type { Standing } from '../rivals/candidates.ts'
import type { CrowdOrder, Opened, Ran } from './crowd.ts'
import type { Seat } from './person.ts'

/** CPU in ms. */
type Cost = { serverMs: number; redisMs: number; postgresMs: number }
/** `commits` of all nodes; null of who has none. */
export type Step = Ran & Cost & { perSecond: number; rssMb: number; othersShare: number; commits: number | null }

export type RunOrder = Omit<Extract<CrowdOrder, { kind: 'run' }>, 'kind'>

export const startCrowd = () => startWorker(new URL('./crowd.ts', import.meta.url))

/** Resolves when everybody is in. */
export async function fill(
  crowd: Worker,
  { dialect }: Pick<Standing, 'dialect'>,
  seats: Seat[],
  { watches = true, atOnce = 50 } = {},
): Promise<Opened> {
  const order: CrowdOrder = { kind: 'open', dialect, seats, atOnce, watches }
  return await crowd.ask<Opened>(order)
}

const pageBytes = 4_096
/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * pageBytes
  } catch {
    return 0 // it was killed, as a storm does
  }
}

const rootsOf = ({ pids }: Stage, standing: Pick<Standing, 'pids'>, crowd: Worker) => ({
  ...Object.fromEntries(standing.pids.map((pid, n) => [`server-${n + 1}`, pid])),
  state: pids.state,
  cache: pids.cache,
  postgres: pids.postgres,
  crowd: crowd.pid,
})

/** As the nodes count them. */
async function commitsOf({ dialect, ports }: Standing): Promise<number | null> {
  if (dialect !== 'parley') return null
  const texts = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()))
  return texts.reduce((sum, text) => sum + Number(/^parley_commits_total\S* (\d+)/m.exec(text)?.[1] ?? 0), 0)
}

export async function measure(stage: Stage, standing: Standing, crowd: Worker, order: RunOrder): Promise<Step> {
  const roots = rootsOf(stage, standing, crowd)
  const commits = await commitsOf(standing)
  const before = readCpu(roots)
  const run: CrowdOrder = { kind: 'run', ...order }
  const ran = await crowd.ask<Ran>(run)
  const { cpuMs, othersShare } = useBetween(before, readCpu(roots), availableParallelism())
  const now = await commitsOf(standing)
  const of = (name: string) => cpuMs[name] ?? 0
  return {
    ...ran,
    perSecond: order.perSecond,
    serverMs: standing.pids.reduce((sum, _, n) => sum + of(`server-${n + 1}`), 0),
    redisMs: of('state') + of('cache'),
    postgresMs: of('postgres'),
    rssMb: standing.pids.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20,
    othersShare,
    commits: now === null || commits === null ? null : now - commits,
  }
}

/** Everybody heard everything, in bearable time, at the pace that was asked for. */
export function hasPassed({ complete, viewers, p99Ms, sent, sentMs, perSecond }: Step): boolean {
  return complete === viewers && p99Ms < 1_000 && sentMs < 1.1 * (sent / perSecond) * 1_000 + 100
}

/** CPU seconds per 100,000 deliveries. */
export const per100k = (ms: number, { deliveries }: Pick<Step, 'deliveries'>) =>
  deliveries === 0 ? Number.NaN : (ms / 1_000 / deliveries) * 100_000
