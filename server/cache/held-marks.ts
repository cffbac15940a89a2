/**
 * The marks of one node's commits: held while any of them needs one, and a moment longer, for whoever edits will edit again.
 * In that moment a commit finds its pages marked and dropped already, and says nothing to Redis, neither before it nor after:
 * nobody can have filled what is marked. They are dropped once more before they are unmarked. [C8]
 */
import type { Cancel, Clock } from '../kit/clock.ts'
import type { LeaseCache } from './lease-cache.ts'
import type { Marks } from './marks.ts'

type Needs = {
  leases: Pick<LeaseCache, 'invalidate'>
  marks: Pick<Marks, 'mark' | 'unmark' | 'connection'>
  clock: Clock
  /** Takes down keys whose invalidation has to wait; never rejects. [C8] */
  owe: (keys: string[]) => Promise<void>
  /** Hears of marks that could not be taken away: they run out by themselves. */
  onFault: (fault: unknown) => void
  /** What this node's marks are called, with the number of the connection behind it. */
  writer: string
  options?: HeldMarksOptions
}

type HeldMarksOptions = {
  /** How long a mark outlasts the last commit that needed it: longer than commits to a busy room are apart. */
  lingerMs: number
  /** So long a mark is believed to be there: far less than it lasts, for a Redis that is killed may forget its last second. */
  trustMs: number
}

export type HeldMarks = {
  /**
   * Resolves once these are marked and what was cached of them is gone, so that nobody can fill them. Rejects if one of both
   * did not work. Either way they are held until one of `release`, `leave` and `outlast`, which follows once for each `take`.
   */
  take(keys: readonly string[]): Promise<void>
  /** Whether these have been marked, and dropped since, all the time until now: then nothing of them is in the cache. */
  isKeptOut(keys: readonly string[]): boolean
  /** The commit is over, and what was cached of it dropped or kept out. */
  release(keys: readonly string[]): void
  /** The commit is over, and what was cached may be there still: what nobody else holds stays marked until that runs out. */
  leave(keys: readonly string[]): void
  /** Nobody knows whether the commit is yet to come: they stay marked until that runs out, whatever later commits take away. Rejects if only this node knows. */
  outlast(keys: readonly string[]): Promise<void>
  /** Whether a commit of this node keeps others from filling it: then the cache is not worth asking. */
  isHeld(key: string): boolean
  /** Takes away what only lingers. */
  close(): Promise<void>
}

/** What marks of commits of unknown outcome are called, whoever made them: no commit takes them away. */
const nobody = 'unknown'
/** As long as a mark lasts. */
const outlastMs = 60_000

type Hold = {
  /** Under way, and in all. */
  commits: number
  taken: number
  trustedUntil: number
  /** The one that it was marked through last. */
  connection: number | null
  /** What its marks are called. */
  names: ReadonlySet<string>
  idleSince: number
}

const unheld: Hold = { commits: 0, taken: 0, trustedUntil: 0, connection: null, names: new Set(), idleSince: 0 }

const defaults: HeldMarksOptions = { lingerMs: 100, trustMs: 1_000 }

export function openHeldMarks({ leases, marks, clock, owe, onFault, writer, options = defaults }: Needs): HeldMarks {
  const { lingerMs, trustMs } = options
  const holds = new Map<string, Hold>()
  let cancel: Cancel | null = null

  /** Other ones for every connection: what a stalled one takes away, Redis may hear after what was marked through the next. */
  const nameFor = (connection: number | null) => `${writer} ${connection ?? 'away'}`

  function hold(key: string): Hold {
    const held = holds.get(key) ?? { ...unheld }
    held.commits += 1
    held.taken += 1
    holds.set(key, held)
    return held
  }

  /** What came of each that no other commit holds any more. */
  function end(keys: readonly string[], ended: (key: string, held: Hold) => void): void {
    for (const key of keys) {
      const held = holds.get(key)
      if (held === undefined) continue
      held.commits -= 1
      if (held.commits === 0) ended(key, held)
    }
  }

  const isTrusted = ({ trustedUntil, connection }: Hold) =>
    trustedUntil > clock.ticks() && connection !== null && connection === marks.connection()

  /**
   * Dropped first: who read before a commit must not outlast its mark. What a commit takes meanwhile stays marked; one that
   * comes after this marks anew, and its word reaches Redis after ours.
   */
  async function unmark(isDue: (held: Hold) => boolean): Promise<void> {
    const due = [...holds].filter(([, held]) => held.commits === 0 && isDue(held))
    if (due.length === 0) return
    const takenBefore = new Map(due.map(([key, { taken }]) => [key, taken]))
    const isDropped = await leases.invalidate([...takenBefore.keys()]).then(
      () => true,
      () => false,
    )
    const idle = [...takenBefore].filter(([key, taken]) => holds.get(key)?.taken === taken).map(([key]) => key)
    if (idle.length === 0) return
    const names = new Set(idle.flatMap((key) => [...(holds.get(key)?.names ?? [])]))
    for (const key of idle) holds.delete(key)
    if (isDropped) await marks.unmark(idle, [...names]).catch(onFault)
    else await owe(idle) // and they stay marked until that runs out
  }

  async function sweep(): Promise<void> {
    await unmark(({ idleSince }) => clock.ticks() - idleSince >= lingerMs)
    cancel = null
    if (holds.size > 0) arm()
  }

  function arm(): void {
    cancel ??= clock.after(lingerMs, () => void sweep())
  }

  return {
    async take(keys) {
      const now = clock.ticks()
      const connection = marks.connection()
      const taken = keys.map((key) => ({ key, held: hold(key) }))
      const fresh = taken.filter(({ held }) => !isTrusted(held))
      if (fresh.length === 0) return
      const their = fresh.map(({ key }) => key)
      const name = nameFor(connection)
      for (const { held } of fresh) held.names = new Set([...held.names, name])
      await marks.mark(their, name) // first, so that whoever leases after the invalidation sees it
      await leases.invalidate(their)
      for (const { held } of fresh) Object.assign(held, { trustedUntil: now + trustMs, connection })
    },
    isKeptOut: (keys) => keys.every((key) => isTrusted(holds.get(key) ?? unheld)),
    release(keys) {
      end(keys, (_, held) => {
        held.idleSince = clock.ticks()
        arm()
      })
    },
    leave(keys) {
      end(keys, (key) => holds.delete(key))
    },
    async outlast(keys) {
      const leave = () => end(keys, (key) => holds.delete(key))
      try {
        await marks.mark(keys, nobody)
        leave()
      } catch (fault) {
        clock.after(outlastMs, leave)
        throw fault
      }
    },
    isHeld: (key) => holds.size > 0 && holds.has(key), // a key that was just made is costly to look up
    async close() {
      cancel?.()
      await unmark(() => true)
    },
  }
}
