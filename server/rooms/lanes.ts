/** Lanes are a node's way into its rooms: while one commit is in flight, the next one gathers, across rooms. [L1] */
import type { Cancel } from '../kit/clock.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { Write } from '../store/message-log.ts'
import { type CommitNeeds, frameBytesOf, openCommit, refuse, type Ticket, type Written } from './lane-commit.ts'
import { openLaneQueue } from './lane-queue.ts'

export type LaneOptions = {
  /** Between the beginnings of two commits to one room: a hot room makes at most 1000 / paceMs frames a second. */
  paceMs: number
  /** Between the beginnings of two common commits: what comes sooner gathers, and nobody waits longer for company. */
  patienceMs: number
  maxBatch: number
  maxWaiting: number
  /** Rooms that may wait in lanes of their own at once; each holds a connection to Postgres while it does. */
  maxApart: number
  /** Bytes of messages in one commit to one room. */
  roomBytes: number
}

type Needs = CommitNeeds & { metrics: Pick<Metrics, 'laneWaiting' | 'lanesApart'>; options: LaneOptions }

export type Lanes = {
  /**
   * Resolves when the write is durable, never before [L2]. Refuses `overloaded` at once when too much waits [L5], `draining`
   * after `drain`, `bad-input` for what Postgres cannot hold, and as the table of rights says; `unavailable` in an outage,
   * definite if it certainly was not committed, and then with it whatever its author sent to the room after it. [L4] [L9]
   */
  write(write: Write): Promise<Written>
  /** Accepts nothing more; resolves when all that was accepted is settled. [L7] */
  drain(): Promise<void>
  waiting(): number
  /** Refuses what still waits; for the end of a drain that ran out of time. */
  close(): void
}

export function openLanes({ options, ...needs }: Needs): Lanes {
  const { clock, metrics, logger } = needs
  const commit = openCommit(needs)
  const queue = openLaneQueue<Ticket>(options)
  const drained = Promise.withResolvers<void>()
  let unsettled = 0
  let apart = 0
  let draining = false
  let committing = false
  let beganAt = Number.NEGATIVE_INFINITY
  let alarm: { at: number; cancel: Cancel } | null = null

  function settled(): void {
    unsettled -= 1
    if (draining && unsettled === 0) drained.resolve()
  }

  /** Begins a commit at `dueAt`, but not before the last one is `patienceMs` old: at once, when the node is calm. [L6] */
  function wake(dueAt: number): void {
    metrics.laneWaiting.set(queue.size())
    if (committing || dueAt === Number.POSITIVE_INFINITY) return
    const at = Math.max(dueAt, beganAt + options.patienceMs)
    const delayMs = at - clock.ticks()
    if (delayMs <= 0) begin()
    else if (alarm === null || alarm.at > at) {
      alarm?.cancel()
      alarm = { at, cancel: clock.after(delayMs, ring) }
    }
  }

  function ring(): void {
    alarm = null
    wake(queue.nextDue())
  }

  function begin(): void {
    alarm?.cancel()
    alarm = null
    beganAt = clock.ticks()
    const batch = queue.take(beganAt)
    if (batch.length > 0) void commitCommon(batch)
  }

  async function commitCommon(batch: Ticket[]): Promise<void> {
    committing = true
    for (const roomId of await commitOne(batch, { patient: false })) {
      // without a lane to spare it tries again with the others when it has rested
      if (apart < options.maxApart) void commitApart(roomId)
    }
    committing = false // in the tick of the last look, else a write in between sleeps for ever [L6]
    wake(queue.nextDue())
  }

  /** A held room waits for its lock with all that waits for it, holding nothing else, and then returns. [L1] */
  async function commitApart(roomId: string): Promise<void> {
    metrics.lanesApart.set(++apart)
    queue.setApart(roomId)
    await commitOne(queue.takeApart(roomId, clock.ticks()), { patient: true })
    queue.rejoin(roomId)
    metrics.lanesApart.set(--apart)
    wake(queue.nextDue())
  }

  /** Answers the rooms that others hold; what was to be written there waits again, before all that came since. */
  async function commitOne(batch: Ticket[], { patient }: { patient: boolean }): Promise<Iterable<string>> {
    const { busy, failed } = await commit(batch, { patient })
    // else these would be committed before those are sent again [L9]
    if (failed.length > 0) refuse(queue.takeBehind(failed), { definite: true, cause: 'what was sent before it failed' })
    for (const [roomId, tickets] of busy) queue.putBack(roomId, tickets)
    return busy.keys()
  }

  async function accept(write: Write): Promise<Written> {
    if (draining) throw new Refusal('draining')
    if (queue.size() >= options.maxWaiting) throw new Refusal('overloaded', { retryInMs: 250 }) // [L5]
    const { promise, resolve, reject } = Promise.withResolvers<Written>()
    unsettled += 1
    const dueAt = queue.add({ write, frameBytes: frameBytesOf(write), resolve, reject })
    promise.then(settled, settled)
    wake(dueAt)
    return promise
  }

  return {
    write: accept,
    drain() {
      draining = true
      if (unsettled === 0) drained.resolve()
      return drained.promise
    },
    waiting: () => queue.size(),
    close() {
      draining = true
      alarm?.cancel()
      const left = queue.takeAll()
      if (left.length > 0) logger.error({ event: 'lanes-closed', writes: left.length })
      for (const ticket of left) ticket.reject(new Refusal('draining'))
    },
  }
}
