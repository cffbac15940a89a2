/** Many small questions of one kind, asked at once, become one large one: a crowd that comes in together costs a few reads. [R8] */
import { type Clock, pause } from './clock.ts'

/** Resolves with what a read that began after it was asked for found of these keys, and of others. Rejects as that read does. */
export type Bundle<Key, Value> = (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>

type Asker<Key, Value> = PromiseWithResolvers<ReadonlyMap<Key, Value>> & { keys: readonly Key[] }

type Options = {
  /** Keys of one read, about. */
  most: number
  /** From the beginning of one read to the next, unless that has its `most` keys already: a crowd gathers. */
  paceMs: number
  /** The same at most, as long as a storm lasts: the more shared a read, the more the next one waits for. */
  stormPaceMs?: number
  clock: Clock
}

/** Up to two hundred a second come at the usual pace. */
const paceMsPerAsker = 5

/** One read is under way; all who come meanwhile share the next. Who comes alone waits for nothing. */
export function openBundle<Key, Value>(
  read: (keys: Key[]) => Promise<ReadonlyMap<Key, Value>>,
  { most, paceMs, stormPaceMs = paceMs, clock }: Options,
): Bundle<Key, Value> {
  const waiting: Asker<Key, Value>[] = []
  let isReading = false

  const paceAfter = (askers: number) =>
    askers === 1 ? paceMs : Math.max(paceMs, Math.min(stormPaceMs, askers * paceMsPerAsker))
  const asked = () => waiting.reduce((sum, { keys }) => sum + keys.length, 0)

  function take(): { askers: Asker<Key, Value>[]; keys: Set<Key> } {
    const askers: Asker<Key, Value>[] = []
    const keys = new Set<Key>()
    while (waiting.length > 0 && keys.size < most) {
      const asker = waiting.shift()
      if (asker === undefined) break
      askers.push(asker)
      for (const key of asker.keys) keys.add(key)
    }
    return { askers, keys }
  }

  async function readOn(): Promise<void> {
    isReading = true
    while (waiting.length > 0) {
      const beganAt = clock.ticks()
      const { askers, keys } = take()
      try {
        const found = await read([...keys])
        for (const { resolve } of askers) resolve(found)
      } catch (fault) {
        for (const { reject } of askers) reject(fault)
      }
      const restMs = beganAt + paceAfter(askers.length) - clock.ticks()
      if (restMs > 0 && asked() < most) await pause(clock, restMs)
    }
    isReading = false // in the tick of the last look, else somebody waits for ever
  }

  return (keys) => {
    const asker = { ...Promise.withResolvers<ReadonlyMap<Key, Value>>(), keys }
    waiting.push(asker)
    if (!isReading) void readOn()
    return asker.promise
  }
}
