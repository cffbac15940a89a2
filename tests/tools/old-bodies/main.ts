/** `node tests/tools/old-bodies/main.ts`: looks for old bodies longer than a test can; with `--mutant`, whether the auditor finds one. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runMutant } from './mutant.ts'
import { runOldBodies } from './run.ts'
import { openStage } from './stage.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const say = (line: string) => void process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    mutant: { type: 'boolean', default: false },
  },
})

async function look(): Promise<boolean> {
  const stage = await openStage({ root, say })
  try {
    const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
    const outcome = await runOldBodies(stage, { seed, calmMs: 5_000, rounds, say })
    say(JSON.stringify({ seed, ...outcome }, null, 2))
    return outcome.wrong.length === 0 && Object.values(outcome.stale).every((count) => count === 0)
  } finally {
    await stage.close()
  }
}

async function provoke(): Promise<boolean> {
  const seconds = await runMutant({ root, say })
  say(seconds === null ? 'the auditor noticed nothing in a minute' : `the auditor fired after ${seconds.toFixed(1)} s`)
  return seconds !== null
}

process.exitCode = (await (values.mutant ? provoke() : look())) ? 0 : 1
