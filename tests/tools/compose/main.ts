/** `npm run test:compose`: brings the compose file up, works on it as an operator while a crowd talks, and judges what they saw. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../../../infra/local/ports.ts'
import { roomy } from '../../kit/roomy.ts'
import { judge, type Verdict } from '../checker/verdict.ts'
import type { Fate } from './client.ts'
import { openCompose } from './compose.ts'
import { type Crowd, openCrowd } from './crowd.ts'
import { restore } from './restore.ts'
import { operator, scenesOf } from './scenes.ts'
import { readTruths } from './truths.ts'

const { values } = parseArgs({
  options: {
    websockets: { type: 'string', default: '200' },
    pollings: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '2' },
    'every-ms': { type: 'string', default: '15000' },
    /** Where nginx is published. An address other than the loopback's spares the process Docker puts before a port there. */
    address: { type: 'string', default: '127.0.0.1' },
    scenes: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
})

const say = (line: string) => void process.stdout.write(`${line}\n`)
const root = join(import.meta.dirname, '..', '..', '..')
const nodes = Number(values.nodes)
const settleMs = 15_000
const compose = openCompose({
  root,
  project: 'parley-proof',
  address: values.address,
  port: await freePort(),
  env: { ...roomy, CACHE_AUDIT: 'true', ADMINS: operator, CHAOS: 'allowed' },
  say,
})
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void compose.close().finally(() => process.exit(130)))
const results: { name: string; complaints: string[] }[] = []

function tellFates(fates: readonly Fate[]): void {
  for (const [way, all] of Map.groupBy(fates, (fate) => fate.way)) {
    const away = all.filter(({ losses }) => losses > 0).map(({ awayMs }) => Math.round(awayMs))
    away.sort((a, b) => a - b)
    const hopped = all.filter(({ hops }) => hops > 0).length
    const times =
      away.length > 0 ? `, away ${away[Math.floor(away.length / 2)]} ms in the middle, ${away.at(-1)} at most` : ''
    say(`  ${way}: ${all.length}, lost ${away.length}, hopped ${hopped}${times}`)
    const longest = all.reduce((a, b) => (b.awayMs > a.awayMs ? b : a))
    if (longest.losses > 0) say(`    the longest: ${longest.trail.join(', ')} ms`)
  }
}

/** Catching up takes a moment; a promise that is still broken after that is broken. */
async function settledVerdict(crowd: Crowd): Promise<Verdict> {
  const deadline = performance.now() + settleMs
  for (;;) {
    const finals = crowd.clients.flatMap((client) => client.finals())
    const truths = await readTruths(compose)
    const verdict = judge({ events: crowd.recorder.events, finals, truths }, { finals: crowd.clients.length })
    if (verdict.violations.length === 0 || performance.now() > deadline) return verdict
    await pause(500)
  }
}

async function run(): Promise<void> {
  await compose.compose('build')
  await compose.compose('up', '--detach', '--wait', '--scale', `server=${nodes}`)
  const crowd = await openCrowd({
    url: compose.url,
    websockets: Number(values.websockets),
    pollings: Number(values.pollings),
    everyMs: Number(values['every-ms']),
  })
  say(`${crowd.clients.length} people talk at ${compose.url}`)
  const chosen = values.scenes.split(',').filter((word) => word !== '')
  const folder = await mkdtemp(join(tmpdir(), 'parley-compose-'))
  const backup = join(folder, 'backup')
  for (const scene of scenesOf({ compose, crowd, nodes, backup })) {
    if (chosen.length > 0 && !chosen.some((word) => scene.name.includes(word))) continue
    say(`\n${scene.name}`)
    const fates = await crowd.during(scene.name, scene.work)
    tellFates(fates)
    say(`  the crowd itself stood still for ${crowd.stalledMs()} ms at most`)
    const complaints = scene.judge(fates)
    for (const complaint of complaints) say(`  broken: ${complaint}`)
    say(`  at each node: ${[...crowd.spread().values()].join(', ')}`)
    results.push({ name: scene.name, complaints })
  }
  await crowd.rest()
  const { verdict, violations, doubts, acknowledged } = await settledVerdict(crowd)
  crowd.close()
  say(`\n${acknowledged} messages acknowledged; the checker says ${verdict}`)
  const complaints = [...violations.map(({ rule, says }) => `${rule}: ${says}`), ...doubts]
  for (const { rule, says, evidence } of violations.slice(0, 5))
    say(`  broken: ${rule}, ${says}\n  ${JSON.stringify(evidence)}`)
  for (const doubt of doubts) say(`  unknown: ${doubt}`)
  results.push({ name: 'nothing lost, doubled or reordered, nobody signed out', complaints })
  if (existsSync(backup)) results.push({ name: 'restore', complaints: await restore(compose, backup) })
  await rm(folder, { recursive: true })
}

try {
  await run()
} catch (fault) {
  say(String(fault instanceof Error ? (fault.stack ?? fault.message) : fault))
  results.push({ name: 'the run itself', complaints: [String(fault)] })
} finally {
  if (!values.keep) await compose.close()
}
const failed = results.filter(({ complaints }) => complaints.length > 0).length
say(`\n${results.length - failed} passed, ${failed} failed, 0 skipped`)
process.exit(failed === 0 ? 0 : 1)
