/** `npm start`: runs the cluster on this machine until Ctrl-C. */
import { join } from 'node:path'
import { openCluster } from './cluster.ts'
import { tell } from './fault.ts'
import { openHome } from './home.ts'
import { parseOptions, usage } from './options.ts'
import { openProgress } from './progress.ts'

/** npm passes on a Ctrl-C that the terminal has sent us already: one press, heard twice. */
const samePressMs = 750

process.stdout.on('error', () => {}) // a terminal that went away must not keep us from ending the children

const root = join(import.meta.dirname, '..', '..')
const progress = openProgress({
  write: (text) => void process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true,
})

async function run(): Promise<void> {
  const { help, ...options } = parseOptions(process.argv.slice(2))
  if (help) return void process.stdout.write(`${usage}\n`)
  const began = performance.now()
  progress.say(`Parley: ${options.nodes} nodes on this machine`)
  const home = await openHome({ folder: join(root, '.data'), say: progress.say })
  const starting = openCluster({ home, root, ...options, given: process.env, progress })

  let askedAt = Number.POSITIVE_INFINITY
  const asked = new Promise<'asked'>((resolve) => {
    const hear = () => {
      const now = performance.now()
      if (askedAt === Number.POSITIVE_INFINITY) {
        askedAt = now
        progress.say('ending … (Ctrl-C again to kill)')
        resolve('asked')
      } else if (now - askedAt > samePressMs) {
        starting.force()
        process.exit(130)
      }
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear)
  })

  try {
    const cluster = await Promise.race([starting.ready, asked])
    if (cluster !== 'asked') {
      progress.say(`ready in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
      process.stdout.write(`\nParley runs at ${cluster.url}   (Ctrl-C ends it; npm run cluster -- status)\n\n`)
      await asked
    }
  } finally {
    await starting.close()
  }
  progress.say('ended; nothing is left running')
}

try {
  await run()
  process.exit(0)
} catch (fault) {
  process.stderr.write(`\n${tell(fault)}\n`)
  process.exit(1)
}
