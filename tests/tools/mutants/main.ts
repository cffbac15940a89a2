/** `npm run chaos:mutants`: takes one promise after the other out of a copy of the server, and says how soon chaos notices. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hunt } from './hunt.ts'
import { mutants } from './mutants.ts'

const usage = `npm run chaos:mutants [-- options]     does chaos catch a server that lacks a promise?

  --only A,B        these mutants; a name that is none lists them all
  --seed N          of the first round (1)
  --nodes N         nodes (3)
  --minutes N       how long each may go unnoticed (3)

Exit code: 0 when all were caught`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '3' },
  },
})
const root = join(import.meta.dirname, '..', '..', '..')
const say = (line: string) => void process.stdout.write(`${line}\n`)

function chosen() {
  const names = values.only.split(',').filter((name) => name !== '')
  const list = mutants.map(({ name, lacks }) => `  ${name.padEnd(26)} ${lacks}`).join('\n')
  if (names.some((name) => mutants.every((mutant) => mutant.name !== name)))
    throw new Error(`unable to find ${names.join(', ')}; there is\n${list}`)
  return mutants.filter(({ name }) => names.length === 0 || names.includes(name))
}

async function run(): Promise<number> {
  let free = 0
  for (const mutant of chosen()) {
    const boundMs = Number(values.minutes) * 60_000
    const { name, seconds, rules, seed, outcome } = await hunt(mutant, {
      root,
      seed: Number(values.seed),
      nodes: Number(values.nodes),
      boundMs,
      say,
    })
    const [first] = outcome?.verdict.violations ?? []
    if (seconds === null) free += 1
    say(
      seconds === null
        ? `${name} was not caught`
        : `${name} was caught after ${seconds} s by ${rules.join(', ')} (seed ${seed})`,
    )
    if (first !== undefined)
      say(
        `  ${first.says}: ${first.evidence
          .map((each) => JSON.stringify(each))
          .join('\n    ')
          .slice(0, 1_500)}`,
      )
  }
  return free === 0 ? 0 : 1
}

if (values.help) say(usage)
else process.exit(await run())
