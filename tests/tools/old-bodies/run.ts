/** One run: bodies are edited and read everywhere, first in peace, then while nodes and the cache are broken. */
import { setTimeout as pause } from 'node:timers/promises'
import { openLog } from '../../../server/kit/log.ts'
import { openPostgres } from '../../../server/store/postgres.ts'
import { openSeeded } from '../../kit/seeded.ts'
import { openAudits } from '../chaos/audits.ts'
import { type Crowd, openCrowd } from './crowd.ts'
import { openLedger } from './ledger.ts'
import type { Stage } from './stage.ts'
import { openStorm, type Storm } from './storm.ts'

type Options = {
  seed: number
  calmMs: number
  /** Times that everything is broken once. */
  rounds: number
  say: (line: string) => void
}

export type Outcome = Crowd['figures'] & {
  /** Reads that showed what they must not; the first ones tell how. */
  wrong: readonly string[]
  /** Deaths between a commit and its delete. */
  deaths: number
  late: number
  compared: number
  /** What the auditor found, by what was broken when it did: it waits a second, a debt may take a repair period. */
  stale: Record<string, number>
}

/** One repair period and what it takes to pay a debt. */
const repairMs = 2_500
/** Until the auditor has made up its mind on what it saw. */
const settleMs = 1_500

export async function runOldBodies(stage: Stage, { seed, calmMs, rounds, say }: Options): Promise<Outcome> {
  const { url, nodes, databaseUrl } = stage
  const chance = openSeeded(seed)
  const ledger = openLedger()
  const log = openLog({ node: 'old-bodies', level: 'silent', pretty: false })
  const postgres = openPostgres({ url: databaseUrl, poolMax: 3, log })
  const audits = openAudits({ status: async () => stage.status() })
  const crowd = await openCrowd({ url, nodes, ledger, chance: openSeeded(seed + 1), everyMs: 30, readers: 6 })
  const storm = openStorm({ stage, crowd, ledger, postgres, chance })
  const stale: Record<string, number> = {}
  let deaths = 0
  async function audit(during: string): Promise<void> {
    const before = Object.values(stale).reduce((sum, count) => sum + count, 0)
    await audits.sample()
    stale[during] = (stale[during] ?? 0) + audits.total().stale - before
  }
  try {
    await pause(calmMs)
    await audit('in peace')
    say(`in peace: ${JSON.stringify(crowd.figures)}`)
    crowd.forgive(repairMs)
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, strike] of strikesOf(storm)) {
        say(name)
        await strike()
        await pause(settleMs)
        await audit(name) // who dies next forgets
        if (name.startsWith('kill')) deaths += 1
      }
    }
    await pause(repairMs)
    await audit('after it all')
  } finally {
    await crowd.close()
    await postgres.close()
  }
  const { compared } = audits.total()
  return { ...crowd.figures, wrong: crowd.wrong, deaths, late: ledger.late(), compared, stale }
}

const strikesOf = (storm: Storm): [string, () => Promise<void>][] => [
  ['kill between commit and delete', storm.killBetween],
  ['flush the cache', storm.flush],
  ['cut a node from the cache', () => storm.cutOff('cut')],
  ['kill between commit and delete', storm.killBetween],
  ['restart the cache', storm.restartCache],
  ['stall a node from the cache', () => storm.cutOff('stalled')],
]
