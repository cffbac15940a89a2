/** One run: a crowd talks, the nemesis breaks things, everything is mended, and the checker judges what was seen. */
import { openSeeded } from '../../kit/seeded.ts'
import type { History } from '../checker/history.ts'
import { judge, type Verdict } from '../checker/verdict.ts'
import { openAgree } from './agree.ts'
import { openCrowd } from './crowd.ts'
import { peopleFaults } from './fault-people.ts'
import { rampage } from './nemesis.ts'
import { openRecorder } from './recorder.ts'
import { settle } from './settle.ts'
import { hold, type Target } from './target.ts'

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
  /** How often a person reads pages, of a hundred times that they do something else. */
  reads?: number
  /** Acknowledged sends that must overlap each fault. */
  enough?: number
  /** How old a page may be, where all nodes can reach the cache all the time. */
  pageLagMs?: number
  /** Cached answers that the nodes must have compared with Postgres. */
  audits?: number
  /** The share of faults in the midst of which everybody falls silent (0.3). */
  silence?: number
  /** Whoever is found wrong after a fault ends the run there and then. */
  isHasty?: boolean
}

export type Outcome = { verdict: Verdict; history: History; seconds: number; faults: number; settledMs: number }

/** Leaves the cluster whole, and rejects only when it cannot be broken or mended: what it found is in the verdict. */
export async function runChaos(target: Target, options: Options): Promise<Outcome> {
  const { url, say } = target
  const {
    seed,
    seconds,
    people,
    rooms,
    everyMs,
    reads,
    pageLagMs,
    enough = 20,
    audits: leastAudits = 0,
    most,
    silence = 0.3,
    isHasty = false,
  } = options
  const chance = openSeeded(seed) // the nemesis' own: people draw from theirs, or their pace would change its choices
  const recorder = openRecorder()
  const held = hold(target)
  const { audits } = held
  const members = await openCrowd({ url, people, rooms, seed, recorder, ...(reads === undefined ? {} : { reads }) })
  say(`${people} people in ${rooms} rooms, seed ${seed}`)

  const faults = choose([...held.faults(chance), ...peopleFaults({ members, recorder, chance })], options.faults)
  const lives = members.map((member) => member.live(everyMs))
  const { count, undone } = await rampage(
    {
      faults,
      chance,
      recorder,
      whole: held.whole,
      calmMs: [500, 1_500],
      enough,
      silence,
      say,
      ...openAgree({ members, recorder, truths: held.truths }),
      onFault(name, n) {
        const seconds = Math.floor(recorder.elapsedMs() / 1_000)
        const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
        say(`${time.padStart(6)}  ${String(n).padStart(3)}  ${name.padEnd(32)} ${recorder.acknowledged()} acknowledged`)
        void audits.sample()
      },
    },
    { isHasty, untilMs: recorder.elapsedMs() + seconds * 1_000, ...(most === undefined ? {} : { most }) },
  )
  for (const member of members) member.rest()
  await Promise.all(lives)

  const settled = await settle({ members, recorder, truths: held.truths, isHasty })
  await audits.sample()
  for (const line of settled.waiting) say(`still undecided: ${line}`)
  for (const member of members) member.close()
  await held.close()
  const { finals, truths, present, pages } = settled
  const seen = { events: recorder.events, finals, truths, present, pages, audits: audits.total() }
  const history = pageLagMs === undefined ? seen : { ...seen, pageLagMs }
  const demands = { finals: members.reduce((sum, { roomIds }) => sum + roomIds.length, 0), enough, audits: leastAudits }
  const verdict = doubted(judge(history, demands), undone)
  return { verdict, history, seconds: recorder.elapsedMs() / 1_000, faults: count, settledMs: settled.tookMs }
}

/** What was not broken was not survived either. */
function doubted(verdict: Verdict, undone: readonly string[]): Verdict {
  if (undone.length === 0) return verdict
  const doubts = [...verdict.doubts, ...undone]
  return { ...verdict, doubts, verdict: verdict.verdict === 'valid' ? 'unknown' : verdict.verdict }
}

function choose<Named extends { name: string }>(all: readonly Named[], names: readonly string[]): readonly Named[] {
  const unknown = names.filter((name) => all.every((fault) => fault.name !== name))
  if (unknown.length > 0)
    throw new Error(`unable to break ${unknown.join(', ')}; there is\n  ${all.map(({ name }) => name).join('\n  ')}`)
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}
