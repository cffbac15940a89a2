/** `npm run cluster -- …`: says one thing to the cluster that `npm start` runs in this checkout. */
import { join } from 'node:path'
import { parseCommand, usage } from './command.ts'
import { ask, socketPath } from './control.ts'
import { tell } from './fault.ts'

const words = process.argv.slice(2)
if (words.length === 0 || words[0] === 'help' || words.includes('--help')) {
  process.stdout.write(`${usage}\n`)
} else {
  try {
    const folder = join(import.meta.dirname, '..', '..', '.data')
    const { ok, text } = await ask(socketPath(folder), parseCommand(words))
    process[ok ? 'stdout' : 'stderr'].write(`${text}\n`)
    process.exitCode = ok ? 0 : 1
  } catch (fault) {
    process.stderr.write(`${tell(fault)}\n`)
    process.exitCode = 1
  }
}
