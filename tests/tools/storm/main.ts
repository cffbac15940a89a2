/** `node tests/tools/storm/main.ts`: what it costs Postgres when a full room comes back at once. */
import { parseArgs } from 'node:util'
import { openStage } from '../bench/instrument/stage.ts'
import { runStorm } from './run.ts'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '2000' },
    nodes: { type: 'string', default: '3' },
    'per-second': { type: 'string', default: '10' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)

const stage = await openStage(say)
try {
  const names = Array.from({ length: Number(values.nodes) }, (_, index) => `node-${index + 1}`)
  const nodes = await Promise.all(names.map((name) => stage.startNode(name)))
  const clients = Number(values.clients)
  const outcome = await runStorm({ stage, nodes, clients, perSecond: Number(values['per-second']), say })
  const { back, kinds, sent, total, statements } = outcome
  say(
    `back after ${back.p50} ms in the middle, ${back.p99} at p99, ${back.max} at most; answers: ${JSON.stringify(kinds)}`,
  )
  say(`${total} statements, ${(total / clients).toFixed(2)} a client, while ${sent} messages were sent:`)
  for (const { times, words } of statements) say(`${String(times).padStart(7)}  ${words}`)
} finally {
  await stage.close()
}
process.exit(0)
