/** The one who breaks things: picks a fault by chance, lets it last, mends it, and goes on. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Seeded } from '../../kit/seeded.ts'
import type { Recorder } from './recorder.ts'

/** What can be broken. `begin` resolves when it is broken, `end` when it is asked to be whole again. */
export type Fault = {
  name: string
  lastsMs: [min: number, max: number]
  begin(): Promise<void>
  end(): Promise<void>
}

type Needs = {
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

/** Resolves, with everything mended, when `untilMs` of the recorder's time has passed, or after `most` faults. */
export async function rampage(
  { faults, chance, recorder, whole, calmMs, enough, onFault }: Needs,
  { untilMs, most = Number.POSITIVE_INFINITY }: { untilMs: number; most?: number },
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
    const from = recorder.events.length
    recorder.note({ type: 'fault', fault: name, phase: 'begin' })
    await fault.begin()
    await pause(chance.between(...fault.lastsMs))
    await fault.end()
    await whole()
    await untilEnough(from)
    recorder.note({ type: 'fault', fault: name, phase: 'end' })
  }
  return count

  async function untilEnough(from: number): Promise<void> {
    const deadline = performance.now() + longerMs
    const sends = () => recorder.events.slice(from).filter((event) => event.type === 'acknowledged' && 'seq' in event)
    while (sends().length < enough && performance.now() < deadline) await pause(100)
  }
}
