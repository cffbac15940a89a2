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
  onFault: (name: string, count: number) => void
}

/** How much longer the aftermath may last, at most, until enough was acknowledged. */
const longerMs = 4_000
/** From the beginning of a fault, for those who are to fall silent in its middle. */
const talkingMs = 1_500

/** Resolves, with everything mended, when `untilMs` of the recorder's time has passed, or after `most` faults. */
export async function rampage(
  { faults, chance, recorder, whole, calmMs, enough, onFault, hush, speak, agree }: Needs,
  { untilMs, most = Number.POSITIVE_INFINITY, isHasty }: { untilMs: number; most?: number; isHasty: boolean },
): Promise<number> {
  let count = 0
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
    recorder.note({ type: 'fault', fault: name, phase: 'begin' })
    const lastsMs = chance.between(...fault.lastsMs)
    // who falls silent in the middle of it has nothing to learn from what others say next
    const talksMs = chance.chance(0.3) ? chance.between(0, talkingMs) : null
    await fault.begin()
    if (talksMs !== null) {
      await pause(talksMs)
      hush()
    }
    await pause(Math.max(0, lastsMs - (talksMs ?? 0)))
    await fault.end()
    await whole()
    if (talksMs === null) {
      await untilEnough(from)
      hush()
    }
    const isRight = await agree(name)
    speak()
    if (talksMs !== null) await untilEnough(from)
    recorder.note({ type: 'fault', fault: name, phase: 'end' })
    if (isHasty && !isRight) break
  }
  return count

  async function untilEnough(from: number): Promise<void> {
    const deadline = performance.now() + longerMs
    while (recorder.acknowledged() - from < enough && performance.now() < deadline) await pause(100)
  }
}
