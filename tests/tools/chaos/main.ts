/** `npm run chaos`: starts a cluster of its own, lets a crowd talk while it is broken, and says whether every promise held. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pairUp } from './fault-commands.ts'
import { openOwnCluster } from './own-cluster.ts'
import { drawPage } from './page.ts'
import { tellOutcome } from './report.ts'
import { runChaos } from './run.ts'
import type { Target } from './target.ts'

const usage = `npm run chaos [-- options]     breaks a cluster under a crowd, and judges what the crowd saw

  --minutes N       how long (2)
  --seed N          whom and what chance picks; the same seed, the same choices
  --clients N       people, each a real client engine (100)
  --rooms N         rooms (20)
  --nodes N         nodes (3)
  --every-ms N      between two deeds of one person, on average (1000)
  --faults A,B      only these kinds of fault; a name that is none lists them all
  --audits N        cached answers the nodes must have compared with Postgres (1000 from 5 minutes on, else none)
  --output DIR      where the report goes (tests/output)

A cluster that runs already, instead of one that is started for it; its budgets (BUDGET_… in .env.example) must let a
crowd in that signs up from one address:

  --url URL         where people reach it
  --kill CMD        a line for a shell that breaks something; as often as you like,
  --restart CMD     and each with the one that makes it whole again, in the same order

  npm run chaos -- --url http://localhost:8080 \\
    --kill 'docker kill parley-server-1' --restart 'docker compose up --detach --wait' \\
    --kill 'docker compose kill redis' --restart 'docker compose up --detach --wait'

What there is in the end, it then reads at the cluster's door, as a member of every room.

Exit code: 0 valid, 1 invalid, 2 unknown`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '100' },
    rooms: { type: 'string', default: '20' },
    nodes: { type: 'string', default: '3' },
    'every-ms': { type: 'string', default: '1000' },
    faults: { type: 'string', default: '' },
    audits: { type: 'string' },
    output: { type: 'string', default: join(import.meta.dirname, '..', '..', 'output') },
    url: { type: 'string' },
    kill: { type: 'string', multiple: true, default: [] },
    restart: { type: 'string', multiple: true, default: [] },
  },
})
const exits = { valid: 0, invalid: 1, unknown: 2 }
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** A cluster that is there already is neither started nor ended. */
async function reach(): Promise<Target & { close(): Promise<void> }> {
  const breakages = pairUp(values.kill, values.restart)
  if (values.url === undefined)
    return { ...(await openOwnCluster({ nodes: Number(values.nodes), say, given: process.env })), breakages }
  return { url: values.url.replace(/\/$/, ''), say, breakages, close: async () => {} }
}

async function run(): Promise<number> {
  const seed = Number(values.seed)
  const minutes = Number(values.minutes)
  const audits = values.audits ?? (minutes < 5 || values.url !== undefined ? 0 : 1_000)
  const cluster = await reach()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cluster.close().finally(() => process.exit(130)))
  try {
    const outcome = await runChaos(cluster, {
      seed,
      seconds: minutes * 60,
      people: Number(values.clients),
      rooms: Number(values.rooms),
      everyMs: Number(values['every-ms']),
      faults: values.faults.split(',').filter((name) => name !== ''),
      audits: Number(audits),
    })
    await mkdir(values.output, { recursive: true })
    const page = join(values.output, `chaos-${seed}.html`)
    await writeFile(page, drawPage(outcome, seed))
    say(`${tellOutcome(outcome, seed)}\n${page}`)
    return exits[outcome.verdict.verdict]
  } finally {
    await cluster.close()
  }
}

if (values.help) say(usage)
else process.exit(await run())
