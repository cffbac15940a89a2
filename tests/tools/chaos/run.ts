/** One run: a crowd talks, the nemesis breaks things, everything is mended, and the checker judges what was seen. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from '../../../infra/local/command.ts'
import type { Reply } from '../../../infra/local/control.ts'
import type { Status } from '../../../infra/local/status.ts'
import { openLog } from '../../../server/kit/log.ts'
import { openPostgres } from '../../../server/store/postgres.ts'
import { openSeeded } from '../../kit/seeded.ts'
import type { History } from '../checker/history.ts'
import { judge, type Verdict } from '../checker/verdict.ts'
import { openAudits } from './audits.ts'
import { openCrowd } from './crowd.ts'
import { dataFaults } from './fault-data.ts'
import { peopleFaults } from './fault-people.ts'
import { wireFaults } from './fault-wires.ts'
import { clusterFaults } from './faults.ts'
import { rampage } from './nemesis.ts'
import { openRecorder } from './recorder.ts'
import { settle } from './settle.ts'
import type { Wires } from './wires.ts'

export type Options = {
  seed: number
  seconds: number
  /** Ends after so many faults, if that comes first. */
  most?: number
  people: number
  rooms: number
  /** Names of faults to choose from; all of them when empty. */
  faults: readonly string[]
  /** Between two deeds of one person, on average. */
  everyMs: number
  /** Acknowledged sends that must overlap each fault. */
  enough?: number
  /** Cached answers that the nodes must have compared with Postgres. */
  audits?: number
}

export type Target = {
  url: string
  databaseUrl: string
  cacheUrl: string
  nodes: number
  tell: (command: Command) => Promise<Reply>
  /** Where nodes can be cut off one by one. */
  wires?: Wires
  say: (line: string) => void
}

export type Outcome = { verdict: Verdict; history: History; seconds: number; faults: number; settledMs: number }

const wholeMs = 60_000

/** Leaves the cluster whole, and rejects only when it cannot be broken or mended: what it found is in the verdict. */
export async function runChaos(target: Target, options: Options): Promise<Outcome> {
  const { url, databaseUrl, cacheUrl, nodes, tell, wires, say } = target
  const { seed, seconds, people, rooms, everyMs, enough = 20, audits: leastAudits = 0 } = options
  const chance = openSeeded(seed) // the nemesis' own: people draw from theirs, or their pace would change its choices
  const recorder = openRecorder()
  const postgres = openPostgres({
    url: databaseUrl,
    poolMax: 2,
    log: openLog({ node: 'chaos', level: 'fatal', pretty: false }),
  })
  const audits = openAudits({ status: () => statusOf(tell) })
  const members = await openCrowd({ url, people, rooms, seed, recorder })
  say(`${people} people in ${rooms} rooms, seed ${seed}`)

  const all = [
    ...clusterFaults({ tell, nodes, chance }),
    ...dataFaults({ postgres, cacheUrl }),
    ...peopleFaults({ members, recorder, chance }),
    ...(wires === undefined ? [] : wireFaults({ wires, nodes, chance })),
  ]
  const faults = choose(all, options.faults)
  const lives = members.map((member) => member.live(everyMs))
  const count = await rampage(
    {
      faults,
      chance,
      recorder,
      whole: () => whole(tell),
      calmMs: [500, 1_500],
      enough,
      onFault(name, n) {
        say(`${n} ${name}`)
        void audits.sample()
      },
    },
    { untilMs: recorder.elapsedMs() + seconds * 1_000, ...(options.most === undefined ? {} : { most: options.most }) },
  )
  for (const member of members) member.rest()
  await Promise.all(lives)

  const settled = await settle({ members, postgres, recorder })
  await audits.sample()
  for (const line of settled.waiting) say(`still undecided: ${line}`)
  for (const member of members) member.close()
  await postgres.close()
  const { finals, truths, present, pages } = settled
  const history = { events: recorder.events, finals, truths, present, pages, audits: audits.total() }
  const demands = { finals: members.reduce((sum, { roomIds }) => sum + roomIds.length, 0), enough, audits: leastAudits }
  const verdict = judge(history, demands)
  return { verdict, history, seconds: recorder.elapsedMs() / 1_000, faults: count, settledMs: settled.tookMs }
}

function choose<Named extends { name: string }>(all: readonly Named[], names: readonly string[]): readonly Named[] {
  const unknown = names.filter((name) => all.every((fault) => fault.name !== name))
  if (unknown.length > 0)
    throw new Error(`unable to break ${unknown.join(', ')}; there is\n  ${all.map(({ name }) => name).join('\n  ')}`)
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

const statusOf = async (tell: Target['tell']) => (await tell({ verb: 'status' })).status as Status

/** Resolves when every node is ready and every service runs. */
async function whole(tell: Target['tell']): Promise<void> {
  const deadline = performance.now() + wholeMs
  for (;;) {
    const { nodes, services } = await statusOf(tell)
    if (nodes.every(({ ready }) => ready) && services.every(({ state }) => state === 'up')) return
    if (performance.now() > deadline)
      throw new Error(`unable to mend the cluster; ${JSON.stringify([...nodes, ...services])}`)
    await pause(100)
  }
}
