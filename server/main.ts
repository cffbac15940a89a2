/** The process: `node server/main.ts` runs a node; with `migrate` it brings the database up to date, with `rebalance` it has the nodes share out their sockets. */
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }
import { openApp } from './app.ts'
import { readBuild } from './build.ts'
import { type Config, ConfigFault, readConfig } from './config.ts'
import { systemClock } from './kit/clock.ts'
import { type Log, openLog } from './kit/log.ts'
import { rebalance } from './rebalance.ts'
import { migrate } from './store/migrate.ts'

const exits = { fault: 1, usage: 64, config: 78 }
const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url))

const commands: Record<string, (config: Config, log: Log) => Promise<void>> = {
  async run(config, log) {
    const app = await openApp({ config, version: packageJson.version, build: readBuild(), log })
    let isLeaving = false
    const leave = (signal: string) => {
      isLeaving = true
      log.info({ event: 'leaving', signal })
      systemClock.after(config.node.drainMs, () => process.exit(exits.fault)) // [D3]
      void app.drain().then(() => process.exit(0))
    }
    process.once('SIGTERM', leave)
    process.once('SIGINT', leave)
    process.on('SIGTERM', () => {}) // said twice is not meant harder: a terminal and a supervisor both say it
    process.on('SIGINT', () => {})
    await app.ready.catch((fault: unknown) => {
      if (!isLeaving) throw fault // a mistake of ours: half a node is worse than none
    })
  },

  async migrate({ database }, log) {
    const applied = await migrate({ url: database.url, folder: migrations, log })
    log.info({ event: 'migrated', applied: applied.length })
  },

  async rebalance(config, log) {
    log.info({ event: 'rebalance', crowded: await rebalance({ config, log }) })
  },
}

function configOrExit(): Config {
  try {
    return readConfig()
  } catch (fault) {
    if (!(fault instanceof ConfigFault)) throw fault
    process.stderr.write(`${fault.message}\n`)
    return process.exit(exits.config)
  }
}

const command = commands[process.argv[2] ?? 'run']
if (command === undefined || process.argv.length > 3) {
  process.stderr.write('usage: node server/main.ts [migrate | rebalance]\n')
  process.exit(exits.usage)
}
const config = configOrExit()
const log = openLog({ node: config.node.name, ...config.log })
process.on('unhandledRejection', (fault) => log.error({ event: 'unhandled-rejection', err: fault }))
process.on('uncaughtException', (fault) => {
  log.fatal({ event: 'uncaught-exception', err: fault })
  process.exit(exits.fault)
})
if (config.node.supervised) {
  // a supervisor that was killed says nothing, but its channel closes: nothing may outlive it
  process.on('disconnect', () => process.exit(exits.fault))
  if (!process.connected) process.exit(exits.fault)
}
await command(config, log).catch((fault: unknown) => {
  log.fatal({ event: 'start-failed', err: fault })
  process.exit(exits.fault)
})
