/** Where we stand in a room, and the proof that nothing is missing: commits tile the revisions, so a hole shows. */
import type { Changes, Position } from '#protocol/wire.ts'

const heldSpans = 200
const heldMessages = 2_000

export type OpenPosition = ReturnType<typeof openPosition>

/** Starts nowhere, or where the disk left us. Pure: it keeps time for nobody. */
export function openPosition(initial: Position | null = null) {
  let position = initial
  let told = 0
  let held: Changes[] = []

  function isKnown(span: Changes): boolean {
    return position !== null && span.rev <= position.rev
  }

  /** The spans that now join on, in order; each moves the position. */
  function release(): Changes[] {
    const joined: Changes[] = []
    for (const span of held) {
      if (position === null || span.base > position.rev) break
      if (isKnown(span)) continue
      position = { epoch: position.epoch, rev: span.rev }
      joined.push(span)
    }
    held = held.filter((span) => !isKnown(span) && !joined.includes(span))
    return joined
  }

  return {
    at: () => position,
    /** The highest revision anybody named: a beacon, an ack, a span we hold. */
    told: () => told,
    hear(rev: number): void {
      told = Math.max(told, rev)
    },
    isBehind: () => position === null || told > position.rev,
    /** What can be applied now: nothing when it is known or ahead, more than one when it closes a hole. [R7] */
    take(span: Changes): Changes[] {
      if (isKnown(span)) return []
      told = Math.max(told, span.rev)
      held.push(span)
      held.sort((a, b) => a.base - b.base || b.rev - a.rev)
      const joined = release()
      // Beyond its bounds a hole is for a resume to close; `told` remembers that there is one.
      if (held.length > heldSpans || held.reduce((sum, { messages }) => sum + messages.length, 0) > heldMessages)
        held = []
      return joined
    },
    /** After a resume: never backwards within one history. Returns the held spans that join on. */
    advance(to: Position): Changes[] {
      if (position === null || position.epoch !== to.epoch || position.rev < to.rev) position = to
      told = Math.max(told, to.rev)
      return release()
    },
    /** Another history, or one further back than ours: nothing heard so far counts. [R5] [R12] */
    restart(to: Position): void {
      position = to
      told = to.rev
      held = []
    },
    /** A new connection tells everything anew; what an old one named counts no more. */
    forget(): void {
      held = []
      told = position?.rev ?? 0
    },
  }
}
