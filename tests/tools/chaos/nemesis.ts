/** The one who breaks things: picks a fault by chance, lets it last, mends it, and goes on. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Seeded } from '../../kit/seeded.ts'
import type { Agree } from './agree.ts'
import type { Fault } from './fault.ts'
import type { Recorder } from './recorder.ts'

type Needs = Agree & {
  faults: readonly Fault[]
  chance: Seeded
  recorder: Recorder
  /** Resolves when the cluster is whole: between two faults people get a moment of calm. */
  whole: () => Promise<void>
  calmMs: [min: number, max: number]
  /** Acknowledged sends that should overlap each fault and its aftermath, which is given a little longer for them. */
  enough: number
  /** The share of faults in the midst of which everybody falls silent: nothing is said then that would mend what went wrong. */
  silence: number
  onFault: (name: string, count: number) => void
  /** Something to tell whoever looks on. */
  say: (line: string) => void
}

/** How much longer the aftermath may last, at most, until enough was acknowledged. */
const longerMs = 4_000
/** From the beginning of a fault, for those who are to fall silent in its middle. */
const talkingMs = 1_500

/** Tells how long it was since the last time it was asked. */
function openLap(ticks: () => number): () => string {
  let since = ticks()
  return () => {
    const at = ticks()
    const seconds = (at - since) / 1_000
    since = at
    return `${seconds.toFixed(1)} s`
  }
}

export type Rampage = {
  count: number
  /** What could not be broken, and why. */
  undone: string[]
}

/** Resolves, with everything mended, when `untilMs` of the recorder's time has passed, or after `most` faults. */
export async function rampage(
  { faults, chance, recorder, whole, calmMs, enough, silence, onFault, say, hush, speak, agree }: Needs,
  { untilMs, most = Number.POSITIVE_INFINITY, isHasty }: { untilMs: number; most?: number; isHasty: boolean },
): Promise<Rampage> {
  let count = 0
  const undone: string[] = []
  const round = [...faults]
  while (recorder.elapsedMs() < untilMs && count < most) {
    await pause(chance.between(...calmMs))
    // Every fault has its turn before one comes again: a short run meets them all.
    if (round.length === 0) round.push(...faults)
    const fault = round.splice(chance.below(round.length), 1)[0]
    if (fault === undefined) throw new Error('unable to break anything; no fault is given')
    const name = `${fault.name} #${++count}`
    onFault(fault.name, count)
    const from = recorder.acknowledged()
    const lap = openLap(recorder.elapsedMs)
    recorder.note({ type: 'fault', fault: name, phase: 'begin' })
    const lastsMs = chance.between(...fault.lastsMs)
    const talksMs = chance.chance(silence) ? chance.between(0, talkingMs) : null
    await fault.begin().catch((reason: unknown) => {
      undone.push(`${name}: ${reason instanceof Error ? reason.message : reason}`)
      say(`          ${undone.at(-1)}`)
    })
    if (talksMs !== null) {
      await pause(talksMs)
      hush()
    }
    await pause(Math.max(0, lastsMs - (talksMs ?? 0)))
    await fault.end()
    const lasted = lap()
    await whole()
    const mended = lap()
    if (talksMs === null) {
      await untilEnough(from)
      hush()
    }
    const talked = lap()
    const wrong = await agree(name)
    const agreed = lap()
    for (const { rule, says, evidence } of wrong.slice(0, 3))
      say(`          not right yet: ${rule}, ${says} ${JSON.stringify(evidence).slice(0, 300)}`)
    speak()
    if (talksMs !== null) await untilEnough(from)
    recorder.note({ type: 'fault', fault: name, phase: 'end' })
    say(
      `          lasted ${lasted}, whole ${mended} later, talked ${talked} more, all right ${agreed} later, ${lap()} to go on`,
    )
    if (isHasty && wrong.length > 0) break
  }
  return { count, undone }

  async function untilEnough(from: number): Promise<void> {
    const deadline = performance.now() + longerMs
    while (recorder.acknowledged() - from < enough && performance.now() < deadline) await pause(100)
  }
}
