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
  /** Each resolves, once another one may begin, with how many reads of a storm that one follows. */
  const underWay = new Map<string, Promise<number>>()
  const gathering = new Map<string, { riders: Set<string>; value: Promise<Value> }>()
  const rate = openRate(clock, stormPerSecond)

  function start(key: string, riders: ReadonlySet<string>, read: Read<Value>, earlier: number): Promise<Value> {
    const beganAt = clock.ticks()
    const value = read(riders)

    async function end(): Promise<number> {
      const isCrowded = riders.size >= crowd
      const isStorm = isCrowded || rate.isHigh()
      const paceMs = Math.min(pace.firstMs * pace.growth ** earlier, pace.mostMs)
      const restMs = beganAt + paceMs - clock.ticks()
      const isFirst = earlier === 0 && !isCrowded // who came while it was read waits for nothing more
      if (isStorm && restMs > 0 && !(isFirst && gathering.has(key))) await pause(clock, restMs)
      underWay.delete(key)
      return isStorm ? earlier + 1 : 0
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
    if (before === undefined) return start(key, riders, read, 0)
    const value = before.then((earlier) => {
      gathering.delete(key)
      return start(key, riders, read, earlier)
    })
    gathering.set(key, { riders, value })
    return value
  }
}
