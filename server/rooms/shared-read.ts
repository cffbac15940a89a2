/** Reads that many ask for at once: one is under way, and all who come meanwhile share the next. [R8] */
import { type Clock, pause } from '../kit/clock.ts'

type Read<Value> = (riders: ReadonlySet<string>) => Promise<Value>

/**
 * Resolves with a read that began after it was asked for. Who comes while one is under way cannot have its answer: what
 * was committed since that one looked would be missing, and had been told before they listened. [R2]
 */
export type SharedRead<Value> = (key: string, rider: string, read: Read<Value>) => Promise<Value>

/** So many riders of one read are a storm, and more of them are on their way: the next read waits for them. */
const crowd = 8
/** So many in a second are one, too, although they ride on many keys. */
const stormPerSecond = 25
/** From the beginning of a read in a storm to the next one of its key: longer each time, for as long as it lasts. */
const pace = { firstMs: 150, growth: 2, mostMs: 600 }

/** Tells whether more than `mostPerSecond` came lately: each one counts for less and less. */
function openRate(clock: Clock, mostPerSecond: number) {
  let level = 0
  let since = clock.ticks()
  const now = () => {
    const ticks = clock.ticks()
    level *= Math.exp((since - ticks) / 1_000)
    since = ticks
    return level
  }
  return {
    count() {
      level = now() + 1
    },
    isHigh: () => now() > mostPerSecond,
  }
}

export function openSharedRead<Value>({ clock }: { clock: Clock }): SharedRead<Value> {
  /** Each resolves, once another one may begin, with that one's pace. */
  const underWay = new Map<string, Promise<number>>()
  const gathering = new Map<string, { riders: Set<string>; value: Promise<Value> }>()
  const rate = openRate(clock, stormPerSecond)

  function start(key: string, riders: ReadonlySet<string>, read: Read<Value>, paceMs: number): Promise<Value> {
    const beganAt = clock.ticks()
    const value = read(riders)

    async function end(): Promise<number> {
      const isStorm = riders.size >= crowd || rate.isHigh()
      const restMs = beganAt + paceMs - clock.ticks()
      if (isStorm && restMs > 0) await pause(clock, restMs)
      underWay.delete(key)
      return isStorm ? Math.min(paceMs * pace.growth, pace.mostMs) : pace.firstMs
    }

    underWay.set(key, value.then(end, end))
    return value
  }

  return (key, rider, read) => {
    rate.count()
    const turn = gathering.get(key)
    if (turn !== undefined) {
      turn.riders.add(rider)
      return turn.value
    }
    const riders = new Set([rider])
    const before = underWay.get(key)
    if (before === undefined) return start(key, riders, read, pace.firstMs)
    const value = before.then((paceMs) => {
      gathering.delete(key)
      return start(key, riders, read, paceMs)
    })
    gathering.set(key, { riders, value })
    return value
  }
}
