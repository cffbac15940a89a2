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
import { openCrowd } from './crowd.ts'
import { localFaults } from './faults.ts'
import { rampage } from './nemesis.ts'
import type { Person } from './person.ts'
import { openRecorder } from './recorder.ts'
import { readTruths } from './truth.ts'

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
}

export type Target = {
  url: string
  databaseUrl: string
  nodes: number
  tell: (command: Command) => Promise<Reply>
  say: (line: string) => void
}

export type Outcome = { verdict: Verdict; history: History; seconds: number; faults: number }

const settleMs = 60_000

/** Leaves the cluster whole, and rejects only when it cannot be broken or mended: what it found is in the verdict. */
export async function runChaos(target: Target, options: Options): Promise<Outcome> {
  const { url, databaseUrl, nodes, tell, say } = target
  const { seed, seconds, people, rooms, everyMs } = options
  const chance = openSeeded(seed) // the nemesis' own: people draw from theirs, or their pace would change its choices
  const recorder = openRecorder()
  const log = openLog({ node: 'chaos', level: 'fatal', pretty: false })
  const postgres = openPostgres({ url: databaseUrl, poolMax: 2, log })

  const { persons, roomIds } = await openCrowd({ url, people, rooms, seed, recorder })
  say(`${people} people in ${rooms} rooms, seed ${seed}`)
  const lives = persons.map((person) => person.live(everyMs))
  const all = localFaults({ tell, nodes, persons, chance })
  const faults = options.faults.length === 0 ? all : all.filter(({ name }) => options.faults.includes(name))
  const count = await rampage(
    {
      faults,
      chance,
      recorder,
      whole: () => whole(tell),
      calmMs: [500, 1_500],
      onFault: (name, n) => say(`${n} ${name}`),
    },
    { untilMs: recorder.elapsedMs() + seconds * 1_000, ...(options.most === undefined ? {} : { most: options.most }) },
  )
  for (const person of persons) person.rest()
  await Promise.all(lives)

  const finals = persons.length * roomIds.length
  const deadline = performance.now() + settleMs
  let outcome = await look()
  while (!isSettled(persons, outcome.verdict) && performance.now() < deadline) {
    await pause(500)
    outcome = await look()
  }
  const waiting = persons.filter((person) => person.undecided() > 0)
  if (waiting.length > 0) say(`still undecided: ${waiting.map(({ client }) => client).join(', ')}`)
  for (const person of persons) person.close()
  await postgres.close()
  return outcome

  async function look(): Promise<Outcome> {
    const truths = await tryFor(settleMs, () => readTruths(postgres, roomIds))
    const history = { events: recorder.events, finals: persons.flatMap((person) => person.finals()), truths }
    const verdict = judge(history, { finals, ...(options.enough === undefined ? {} : { enough: options.enough }) })
    return { verdict, history, seconds: recorder.elapsedMs() / 1_000, faults: count }
  }
}

/** A service that was just mended may need a moment more. */
async function tryFor<Value>(boundMs: number, work: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + boundMs
  for (;;) {
    try {
      return await work()
    } catch (fault) {
      if (performance.now() > deadline) throw fault
      await pause(500)
    }
  }
}

/** Catching up takes its time; every other broken promise stays broken. */
const passing = new Set(['converge', 'unread'])

function isSettled(persons: readonly Person[], { violations, doubts }: Verdict): boolean {
  const isWaiting =
    doubts.some((doubt) => doubt.includes('final views')) || persons.some((person) => person.undecided() > 0)
  return !isWaiting && !violations.some(({ rule }) => passing.has(rule))
}

/** Resolves when every node is ready and every service runs. */
async function whole(tell: Target['tell']): Promise<void> {
  const deadline = performance.now() + settleMs
  for (;;) {
    const reply = await tell({ verb: 'status' })
    const { nodes, services } = reply.status as Status
    if (nodes.every(({ ready }) => ready) && services.every(({ state }) => state === 'up')) return
    if (performance.now() > deadline) throw new Error(`unable to mend the cluster; it says\n${reply.text}`)
    await pause(100)
  }
}
