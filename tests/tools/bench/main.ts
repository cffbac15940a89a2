/** `npm run bench -- <workload>`: measures ours beside what one would use instead, and writes down what came out. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { growth } from './growth.ts'
import { history } from './history.ts'
import { hotRoom } from './hot-room.ts'
import { idle } from './idle.ts'
import { readFacts } from './instrument/machine.ts'
import { drawPage } from './instrument/page.ts'
import type { Report, Section } from './instrument/report.ts'
import { openStage } from './instrument/stage.ts'
import { drawReport } from './instrument/table.ts'
import { manyRooms } from './many-rooms.ts'
import { drawRatios, type Recorded, ratiosOf } from './recorded.ts'
import { theStorm } from './storm.ts'
import type { Options, Workload } from './workload.ts'

/** What can be measured on one stage, one after the other. */
const sockets: Workload[] = [hotRoom, manyRooms, growth, theStorm, idle]
const workloads: Record<string, Workload[]> = {
  ...Object.fromEntries([history, ...sockets].map((workload) => [workload.workload, [workload]])),
  sockets,
}

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
    record: { type: 'boolean', default: false },
    output: { type: 'string', default: join(import.meta.dirname, '..', '..', 'output') },
  },
})

const name = positionals[0] ?? (values.quick ? 'sockets' : '')
const chosen = workloads[name]
if (chosen === undefined || positionals.length > 1) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(workloads).join(' | ')} [--quick] [--record]\n`)
  process.exit(64)
}

const isHistory = name === 'history'
const sizes = values.quick
  ? { messages: 100_000, rooms: 100, users: 50, rounds: isHistory ? 2 : 1, sliceMs: 500 }
  : { messages: 1_000_000, rooms: 1_000, users: 50, rounds: isHistory ? 5 : 3, sliceMs: 2_000 }
const options: Options = {
  messages: Number(values.messages ?? sizes.messages),
  rooms: Number(values.rooms ?? sizes.rooms),
  users: Number(values.users ?? sizes.users),
  rounds: Number(values.rounds ?? sizes.rounds),
  sliceMs: Number(values['slice-ms'] ?? sizes.sliceMs),
  only: values.only.split(',').filter((part) => part !== ''),
  quick: values.quick,
}

/** One part that cannot be measured must not cost the others, which took half an hour. */
function failed(part: string, fault: unknown): Section {
  process.exitCode = 1
  const missed = { says: `${part}, can be measured`, got: String(fault), isMet: false }
  return { tables: [], plots: [], targets: [missed], othersShare: [], raw: String(fault) }
}

function partsOf({ parts, slow = [] }: Workload) {
  const isAsked = (part: string) => options.only.length === 0 || options.only.includes(part)
  return Object.entries(parts).filter(([part]) => isAsked(part) && !(options.quick && slow.includes(part)))
}

async function measure(several: readonly Workload[]): Promise<Report> {
  const began = performance.now()
  const say = (line: string) =>
    void process.stderr.write(`${String(Math.round((performance.now() - began) / 1_000)).padStart(6)} s  ${line}\n`)
  const stage = await openStage(say)
  try {
    const sections: Section[] = []
    for (const workload of several) {
      const parts = partsOf(workload)
      if (parts.length > 0) await workload.prepare(stage, options)
      for (const [part, run] of parts) {
        say(`${workload.workload}, ${part}`)
        sections.push(
          await run(stage, options).catch((fault: unknown) => failed(`${workload.workload}, ${part}`, fault)),
        )
      }
    }
    const [only, ...others] = several
    return {
      workload: name,
      title: only !== undefined && others.length === 0 ? only.title : 'As fast as the sockets go',
      about: several.flatMap((workload) => workload.about(options)),
      facts: await readFacts(stage.urls),
      sections,
    }
  } finally {
    await stage.close()
  }
}

const report = await measure(chosen)
await mkdir(values.output, { recursive: true })
const path = join(values.output, `bench-${report.workload}`)
await writeFile(`${path}.json`, `${JSON.stringify({ options, ...report }, null, 1)}\n`)
await writeFile(`${path}.html`, drawPage(report))

const recordedPath = join(import.meta.dirname, 'recorded.json')
const recorded: Recorded = JSON.parse(await readFile(recordedPath, 'utf8'))
const ratios = ratiosOf(report.sections)
const compared = drawRatios(ratios, recorded)
process.stdout.write(`${drawReport(report)}\n\n${compared}\n${path}.html\n`)
if (values.record) {
  const { parley = '', measured = '' } = report.facts
  const next: Recorded = { parley, measured, ratios: { ...recorded.ratios, ...ratios } }
  await writeFile(recordedPath, `${JSON.stringify(next, null, 2)}\n`)
}
process.exit()
