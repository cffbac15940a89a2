/** One who reads along: applies what joins on, keeps what lies ahead, and knows when it must ask; the client's rules, without its rows. */
import type { Span } from './delays.ts'
import { join, note, type Tally } from './tally.ts'

/** How old a hole must be before it is a gap, and by how much viewers spread. [R4] */
const holeMs = 300
const jitterMs = 200

export type Viewer = {
  tally: Tally
  position(): number
  /** A frame came; those that were applied by it, in order. Without positions it is applied as it comes. */
  take(span: Span, nowMs: number): readonly Span[]
  /** A beacon, or a look at what the room is said to be. */
  hear(rev: number, nowMs: number): void
  /** Everything up to `rev` is there: the answer of a resume, whose messages are not in `messages` twice. */
  resume(rev: number, messages: Span['messages']): readonly Span[]
  /** Starts anew at a position, with nothing counted. */
  start(rev: number): void
  /** Whether a hole has become a gap; says so once per gap. */
  mustAsk(nowMs: number): boolean
  /** Whether it knows of something that it does not have. */
  isBehind(): boolean
}

export function openViewer({ ordered, random }: { ordered: boolean; random: () => number }): Viewer {
  const tally = { count: 0, sum: 0, mix: 0 }
  let position = 0
  let told = 0
  let behindSince: number | null = null
  let patienceMs = holeMs
  let asking = false
  let held: Span[] = []

  function apply(span: Span): void {
    if (span.base >= position) join(tally, span.tally)
    else for (const { n, rev } of span.messages) if (rev > position) note(tally, n)
    position = span.rev
  }

  function release(): Span[] {
    const applied: Span[] = []
    held.sort((a, b) => a.base - b.base)
    for (const span of held) {
      if (span.base > position) break
      if (span.rev <= position) continue
      apply(span)
      applied.push(span)
    }
    held = held.filter(({ rev }) => rev > position)
    return applied
  }

  function settle(nowMs: number): void {
    if (told <= position) behindSince = null
    else if (behindSince === null) {
      behindSince = nowMs
      patienceMs = holeMs + jitterMs * random()
    }
  }

  return {
    tally,
    position: () => position,
    take(span, nowMs) {
      if (!ordered) {
        join(tally, span.tally)
        return [span]
      }
      if (span.rev <= position) return []
      told = Math.max(told, span.rev)
      if (span.base <= position && held.length === 0) {
        apply(span)
        settle(nowMs)
        return [span]
      }
      held.push(span)
      const applied = release()
      settle(nowMs)
      return applied
    },
    hear(rev, nowMs) {
      told = Math.max(told, rev)
      settle(nowMs)
    },
    resume(rev, messages) {
      asking = false
      behindSince = null
      for (const message of messages) if (message.rev > position) note(tally, message.n)
      position = Math.max(position, rev)
      told = Math.max(told, position)
      return release()
    },
    start(rev) {
      Object.assign(tally, { count: 0, sum: 0, mix: 0 })
      position = rev
      told = Math.max(told, rev)
      asking = false
      behindSince = null
      held = []
    },
    mustAsk(nowMs) {
      if (asking || behindSince === null || nowMs - behindSince < patienceMs) return false
      asking = true
      return true
    },
    isBehind: () => told > position,
  }
}
