/** `npm run chaos`: starts a cluster of its own, lets a crowd talk while it is broken, and says whether every promise held. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openCluster } from '../../../infra/local/cluster.ts'
import { temporaryHome } from '../../../infra/local/home.ts'
import { freePort } from '../../../infra/local/ports.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import { roomy } from '../../kit/roomy.ts'
import { drawPage } from './page.ts'
import { tellOutcome } from './report.ts'
import { runChaos } from './run.ts'
import { openWires } from './wires.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const say = (line: string) => void process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '30' },
    rooms: { type: 'string', default: '6' },
    nodes: { type: 'string', default: '3' },
    'every-ms': { type: 'string', default: '1000' },
    faults: { type: 'string', default: '' },
    output: { type: 'string', default: join(root, 'tests', 'output') },
  },
})

const home = await temporaryHome(say)
const wires = openWires()
const starting = openCluster({
  home,
  root,
  nodes: Number(values.nodes),
  host: '127.0.0.1',
  port: await freePort(),
  given: { ...process.env, ...roomy, CACHE_AUDIT: 'true' },
  wire: wires.wire,
  progress: openProgress({ write: (text) => void process.stdout.write(text), isTerminal: false }),
})
let code = 1
try {
  const { url, urls, run } = await starting.ready
  const seed = Number(values.seed)
  const outcome = await runChaos(
    {
      url,
      databaseUrl: urls.DATABASE_URL,
      cacheUrl: urls.CACHE_REDIS_URL,
      nodes: Number(values.nodes),
      tell: run,
      wires,
      say,
    },
    {
      seed,
      seconds: Number(values.minutes) * 60,
      people: Number(values.clients),
      rooms: Number(values.rooms),
      everyMs: Number(values['every-ms']),
      faults: values.faults.split(',').filter((name) => name !== ''),
    },
  )
  await mkdir(values.output, { recursive: true })
  const page = join(values.output, `chaos-${seed}.html`)
  await writeFile(page, drawPage(outcome, seed))
  say(tellOutcome(outcome, seed))
  say(page)
  code = outcome.verdict.verdict === 'valid' ? 0 : 1
} finally {
  await starting.close()
  await wires.close()
  await home.remove()
}
process.exit(code)
