/** `node tests/tools/rolling/main.ts`: what people notice of a rolling restart. */
import { parseArgs } from 'node:util'
import { openOwnCluster } from '../chaos/own-cluster.ts'
import { runRolling } from './run.ts'

const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '15' },
    speakers: { type: 'string', default: '6' },
    'every-ms': { type: 'string', default: '50' },
    rounds: { type: 'string', default: '4' },
    nodes: { type: 'string', default: '3' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
const cluster = await openOwnCluster({ nodes: Number(values.nodes), say })
try {
  const { calm, replaced, sent, heard, missing } = await runRolling({
    target: cluster,
    listeners: Number(values.listeners),
    speakers: Number(values.speakers),
    everyMs: Number(values['every-ms']),
    rounds: Number(values.rounds),
  })
  say(`${sent} sent, ${heard} in the room, ${missing} never shown to somebody`)
  say('the longest pause between two messages, of each listener (ms):')
  for (const [name, { count, p50, p99, max }] of Object.entries({
    'in peace': calm,
    'while a node is replaced': replaced,
  }))
    say(`  ${name.padEnd(26)} p50 ${p50}, p99 ${p99}, max ${max} (${count} times)`)
} finally {
  await cluster.close()
}
process.exit(0)
