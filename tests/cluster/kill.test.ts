import { expect, inject, test } from 'vitest'
import { ask } from '../../infra/local/control.ts'
import { clusterControl } from '../kit/cluster-control.ts'
import { tellOutcome } from '../tools/chaos/report.ts'
import { runChaos } from '../tools/chaos/run.ts'

const minutesMs = 60_000

function target() {
  const { url, databaseUrl, cacheRedisUrl, socketPath, nodes } = inject('cluster')
  const say = (line: string) => void process.stdout.write(`chaos: ${line}\n`)
  const tell = (command: Parameters<typeof ask>[1]) => ask(socketPath, command)
  return { url, say, local: { databaseUrl, cacheUrl: cacheRedisUrl, nodes: nodes.length, tell } }
}

test(
  '[R1][L3][L9][A1][S1] nodes are killed eight times under twenty people who talk: nothing is lost, doubled or reordered, nobody is signed out',
  async () => {
    await clusterControl().heal()
    const seed = 20
    const options = { seed, seconds: 300, most: 8, people: 20, rooms: 2, everyMs: 400, faults: ['kill a node'] }
    const outcome = await runChaos(target(), options)
    process.stdout.write(tellOutcome(outcome, seed))
    expect(outcome.faults).toBe(8)
    expect(outcome.verdict).toMatchObject({ verdict: 'valid', violations: [], doubts: [] })
  },
  5 * minutesMs,
)

test(
  '[L2][C3][S3][R2][P2] a minute of everything that can break, with a fixed seed',
  async () => {
    await clusterControl().heal()
    const seed = 42
    const options = { seed, seconds: 60, people: 16, rooms: 3, everyMs: 300, faults: [], enough: 20 }
    const outcome = await runChaos(target(), options)
    process.stdout.write(tellOutcome(outcome, seed))
    expect(outcome.verdict).toMatchObject({ verdict: 'valid', violations: [], doubts: [] })
  },
  5 * minutesMs,
)
