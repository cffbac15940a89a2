/** Asks a room for everything after our position: when connected anew, when opened, and when a hole proves to be a gap. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Position, Resume } from '#protocol/wire.ts'
import { backOff, type Call, isFinal } from './answer.ts'
import type { Cancel, Clock } from './clock.ts'
import type { OpenPosition } from './position.ts'

type Needs = {
  roomId: string
  position: OpenPosition
  call: Call
  clock: Clock
  random: () => number
  /** Whether asking makes sense now, and whether anybody would look at the answer. */
  canAsk: () => boolean
  isWatched: () => boolean
  /** `asked`: the position the answer is to; null: none, so it starts from the newest page. */
  onAnswer: (answer: Resume, asked: Position | null) => void
  onRefused: (code: RefusalCode) => void
  /** Asking began or ended. */
  onChange: () => void
}

/** How old a hole must be before it is a gap; commits of several nodes may overtake each other. [R4] */
const holeMs = 300
const jitterMs = 200

export function openResume(needs: Needs) {
  const { roomId, position, call, clock, random, canAsk, isWatched, onAnswer, onRefused, onChange } = needs
  /** How often somebody wanted it, and up to which time one was answered: what was asked before a hello does not count after. */
  let wanted = 0
  let served = 0
  let attempts = 0
  let isAsking = false
  let mustStartOver = false
  let isClosed = false
  let cancelGap: Cancel | null = null

  const isNeeded = () => wanted > served || mustStartOver || position.isBehind()

  function cancel(): void {
    cancelGap?.()
    cancelGap = null
  }

  /** One question at a time, however many holes there are. [R4] */
  async function ask(): Promise<void> {
    if (isAsking || isClosed || !canAsk()) return
    cancel()
    isAsking = true
    const serving = wanted
    const asked = mustStartOver ? null : position.at()
    const rev = asked?.rev ?? 0
    mustStartOver = false
    onChange()
    const answer = await call('room:resume', {
      roomId,
      epoch: asked?.epoch ?? '', // nobody's epoch: the answer is the newest page [R5]
      rev,
      ...(position.told() > rev ? { atLeast: position.told() } : {}),
    })
    isAsking = false
    if (isClosed) return
    if (answer.ok) {
      served = serving
      onAnswer(answer.value, asked)
      if (position.at()?.rev !== rev) attempts = 0
    } else if (isFinal(answer)) {
      served = serving
      position.forget()
      onRefused(answer.code)
    }
    onChange()
    watch()
  }

  /** Sees to it that a hole, or a resume that failed, is asked about in time; only of a room that is looked at. */
  function watch(): void {
    if (!position.isBehind() && !isAsking) attempts = 0
    if (!isNeeded() || !isWatched() || cancelGap !== null || isAsking || isClosed || !canAsk()) return
    const delayMs = holeMs + jitterMs * random() + (attempts === 0 ? 0 : backOff(attempts, random))
    cancelGap = clock.after(delayMs, () => {
      cancelGap = null
      if (!isNeeded()) return
      attempts += 1
      void ask()
    })
  }

  return {
    isAsking: () => isAsking,
    /** Asks now, or as soon as it can be asked. */
    want(): void {
      wanted += 1
      attempts = 0
      cancel()
      if (isWatched()) void ask()
    },
    /** It can be asked from now on. */
    begin(): void {
      if (isWatched() && isNeeded()) void ask()
    },
    /** What is loaded cannot be right: the next answer must be the newest page. */
    startOver(): void {
      mustStartOver = true
    },
    watch,
    close(): void {
      isClosed = true
      cancel()
    },
  }
}
