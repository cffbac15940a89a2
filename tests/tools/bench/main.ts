/** `npm run bench -- <workload>`: measures ours beside what one would use instead, and writes down what came out. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { history } from './history.ts'
import { readFacts } from './instrument/machine.ts'
import { drawPage } from './instrument/page.ts'
import type { Report, Section } from './instrument/report.ts'
import { openStage } from './instrument/stage.ts'
import { drawReport } from './instrument/table.ts'
import type { Options, Workload } from './workload.ts'

const workloads: Record<string, Workload> = { history }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string' },
    rooms: { type: 'string' },
    users: { type: 'string' },
    rounds: { type: 'string' },
    'slice-ms': { type: 'string' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    output: { type: 'string', default: join(import.meta.dirname, '..', '..', 'output') },
  },
})

const sizes = values.quick
  ? { messages: 100_000, rooms: 100, users: 50, rounds: 2, sliceMs: 500 }
  : { messages: 1_000_000, rooms: 1_000, users: 50, rounds: 5, sliceMs: 2_000 }
const options: Options = {
  messages: Number(values.messages ?? sizes.messages),
  rooms: Number(values.rooms ?? sizes.rooms),
  users: Number(values.users ?? sizes.users),
  rounds: Number(values.rounds ?? sizes.rounds),
  sliceMs: Number(values['slice-ms'] ?? sizes.sliceMs),
  only: values.only.split(',').filter((name) => name !== ''),
}

async function measure(workload: Workload): Promise<Report> {
  const say = (line: string) => void process.stderr.write(`  ${line}\n`)
  const stage = await openStage(say)
  try {
    await workload.prepare(stage, options)
    const sections: Section[] = []
    for (const [name, part] of Object.entries(workload.parts)) {
      if (options.only.length > 0 && !options.only.includes(name)) continue
      say(name)
      sections.push(await part(stage, options))
    }
    const { title } = workload
    return {
      workload: workload.workload,
      title,
      about: workload.about(options),
      facts: await readFacts(stage.urls),
      sections,
    }
  } finally {
    await stage.close()
  }
}

const workload = workloads[positionals[0] ?? '']
if (workload === undefined || positionals.length > 1) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(workloads).join(' | ')} [--quick]\n`)
  process.exit(64)
}
const report = await measure(workload)
await mkdir(values.output, { recursive: true })
const path = join(values.output, `bench-${workload.workload}`)
await writeFile(`${path}.json`, `${JSON.stringify({ options, ...report }, null, 1)}\n`)
await writeFile(`${path}.html`, drawPage(report))
process.stdout.write(`${drawReport(report)}\n\n${path}.html\n`)
process.exit(0)
