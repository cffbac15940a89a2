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
/** From the beginning of a crowded read to the next one of its key. */
const paceMs = 150

export function openSharedRead<Value>({ clock }: { clock: Clock }): SharedRead<Value> {
  const underWay = new Map<string, Promise<unknown>>()
  const gathering = new Map<string, { riders: Set<string>; value: Promise<Value> }>()

  function start(key: string, riders: ReadonlySet<string>, read: Read<Value>): Promise<Value> {
    const beganAt = clock.ticks()
    const value = read(riders)

    async function end(): Promise<void> {
      const restMs = beganAt + paceMs - clock.ticks()
      if (riders.size >= crowd && restMs > 0) await pause(clock, restMs)
      underWay.delete(key)
    }

    underWay.set(key, value.then(end, end))
    return value
  }

  return (key, rider, read) => {
    const turn = gathering.get(key)
    if (turn !== undefined) {
      turn.riders.add(rider)
      return turn.value
    }
    const riders = new Set([rider])
    const before = underWay.get(key)
    if (before === undefined) return start(key, riders, read)
    const value = before.then(() => {
      gathering.delete(key)
      return start(key, riders, read)
    })
    gathering.set(key, { riders, value })
    return value
  }
}
