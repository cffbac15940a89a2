/** Steps of crowds as rows: one shape for every workload that has people talking. */
import type { Cell, Table } from '../instrument/report.ts'
import { figureOf } from '../instrument/samples.ts'
import { hasPassed, per100k, type Step } from './measure.ts'

export const stepColumns: Table['columns'] = [
  { title: 'who' },
  { title: 'messages/s' },
  { title: 'heard all %', digits: 1 },
  { title: 'deliveries/s' },
  { title: 'p50 ms', digits: 1 },
  { title: 'p99 ms', digits: 1 },
  { title: 'server CPU-s / 100k', digits: 2 },
  { title: 'redis', digits: 2 },
  { title: 'postgres', digits: 2 },
  { title: 'crowd', digits: 2 },
  { title: 'MB', digits: 0 },
  { title: 'resumes / 1,000 commits', digits: 1 },
]

export const columnNote =
  'Only those who heard everything count, with what they heard. CPU of all server processes, of Redis (both) and Postgres beside it, and of the load generator, in seconds per 100,000 deliveries; memory is resident, of all server processes.'

export const serverCost = (step: Step) => per100k(step.serverMs, step)
export const wholeCost = (step: Step) => per100k(step.serverMs + step.redisMs + step.postgresMs, step)

/** Null where nobody commits. */
export const resumesPerCommits = ({ resumes, commits }: Step) =>
  commits === null ? null : (resumes / Math.max(1, commits)) * 1_000

/** One row of several rounds of the same step. */
export function rowOf(title: string, steps: readonly Step[]): Cell[] {
  const figure = (of: (step: Step) => number) => {
    const values = steps.map(of).filter((value) => !Number.isNaN(value))
    return values.length === 0 ? null : figureOf(values) // where nobody heard everything, a delivery has no price
  }
  const resumes = steps.map(resumesPerCommits).filter((value) => value !== null)
  return [
    title,
    steps[0]?.perSecond ?? 0,
    figure(({ complete, viewers }) => (complete / viewers) * 100),
    figure(({ deliveries, tookMs }) => (deliveries / tookMs) * 1_000),
    figure(({ p50Ms }) => p50Ms),
    figure(({ p99Ms }) => p99Ms),
    figure(serverCost),
    figure((step) => per100k(step.redisMs, step)),
    figure((step) => per100k(step.postgresMs, step)),
    figure((step) => per100k(step.cpuMs, step)),
    figure(({ rssMb }) => rssMb),
    resumes.length === 0 ? null : figureOf(resumes),
  ]
}

export const bestOf = (steps: readonly Step[]) => Math.max(0, ...steps.filter(hasPassed).map((step) => step.perSecond))
