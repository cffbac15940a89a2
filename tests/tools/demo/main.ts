/** `npm run demo`: the cluster as `npm start` runs it, with a workspace in it that people seem to have used for weeks. */
import { join } from 'node:path'
import { openCluster } from '../../../infra/local/cluster.ts'
import { tell } from '../../../infra/local/fault.ts'
import { openHome } from '../../../infra/local/home.ts'
import { parseOptions, usage } from '../../../infra/local/options.ts'
import { openProgress } from '../../../infra/local/progress.ts'
import { fill } from './fill.ts'
import { people } from './people.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const seed = 20_26
const progress = openProgress({
  write: (text) => void process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true,
})

async function run(): Promise<void> {
  const { help, ...options } = parseOptions(process.argv.slice(2))
  if (help) return void process.stdout.write(`${usage.replace('npm start', 'npm run demo')}\n`)
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
  const home = await openHome({ folder: join(root, '.data'), say: progress.say })
  const starting = openCluster({ home, root, ...options, given: process.env, progress })
  try {
    const cluster = await Promise.race([starting.ready, asked])
    if (cluster === undefined) return
    const password = (await home.secret('demo-password')).slice(0, 12)
    const filled = fill({ databaseUrl: cluster.urls.DATABASE_URL, password, nowMs: Date.now(), seed })
    await progress.step(
      'Workspace',
      () => filled,
      ({ rooms, messages }) => `${messages} messages in ${rooms} rooms`,
    )
    const names = people.slice(0, 3).map(({ username }) => username)
    progress.say(`sign in at ${cluster.url} as ${names.join(', ')} …, password ${password}   (Ctrl-C ends it)`)
    await asked
  } finally {
    await starting.close()
  }
}

try {
  await run()
  process.exit(0)
} catch (fault) {
  process.stderr.write(`\n${tell(fault)}\n`)
  process.exit(1)
}
