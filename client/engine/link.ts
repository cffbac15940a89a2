/** The way to the cluster: one live connection to whichever node, replaced before or after it breaks. */
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Answer, CallName, Calls, EndReason, EventName, Events } from '#protocol/wire.ts'
import { backOff, type Call, refused } from './answer.ts'
import { type Cell, openCell } from './cell.ts'
import type { Cancel, Clock } from './clock.ts'
import type { LinkStatus } from './face.ts'

/** What the server says, by name. */
export type Heard = { [Name in EventName]: (payload: Events[Name]) => void }

export type Link = {
  status: Cell<LinkStatus>
  /** Answers within 5 s; at once when there is no connection. Nothing is queued here. */
  call: Call
  /** Tries now what waits, and replaces a connection that has been silent for too long. */
  reconnect(): void
  close(): void
}

/** `onEnded`: the session is over; the link is closed by then. */
export type OpenLink = (told: { heard: Heard; onEnded: (reason: EndReason) => void }) => Link

/** A connection that is opening or open. */
export type Connection = {
  /** Resolves with null when the connection broke before the answer. */
  call<Name extends CallName>(name: Name, input: Calls[Name]['input']): Promise<Answer<Calls[Name]['value']> | null>
  /** When it was last heard of (ms). By the time of day, for a browser's ticks may stop while the machine sleeps. */
  heardAt(): number
  /** Ends it without a word to `onLost`. */
  close(): void
}
export type Loss = { code?: RefusalCode; timedOut: boolean }
/** Returns before anything is told. `pollingFirst`: WebSockets seem to be swallowed on the way. */
export type Connect = (needs: { pollingFirst: boolean; heard: Heard; onLost: (loss: Loss) => void }) => Connection

type Needs = Parameters<OpenLink>[0] & { connect: Connect; clock: Clock; random: () => number }
type Attempt = { connection: Connection | null; pending: number; isRetired: boolean; cancelDeadline: Cancel }

const answerMs = 5_000
/** From the first packet to `hello`. Longer than a proxy's read timeout, or it never learns that a node hangs. */
const helloMs = 15_000
/** A server pings every 4 s; after this long, as after a sleep, silence is a dead connection. */
const silentMs = 12_000
const retireMs = 2_000
/** Who came to a node this lately does not leave it by itself: where all nodes drain, nobody runs in circles. */
const hopMs = 1_000
/**
 * Soon at first, for other nodes are well; growing by less than doubling, for after a short outage the last try that
 * failed decides how long it was.
 */
const tries = { firstMs: 200, growth: 1.7 }
/** Refused for so long, it is worth a try whether another node does better; and as long between two tries. */
const refusedMs = 2_000

export function openLink({ connect, clock, random, heard, onEnded }: Needs): Link {
  const status = openCell<LinkStatus>({ state: 'connecting', since: clock.now() })
  let current: Attempt | null = null
  let next: Attempt | null = null
  let failures = 0
  let pollingFirst = false
  let cancelTry: Cancel = () => {}
  let isOver = false
  /** The node asked us to leave: until there is another one, we look for it. */
  let isLeaving = false
  let greetedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let refusedSince: number | null = null

  /** Begins an attempt, unless one is under way; an open connection stays until the new one has said hello. [D2] */
  function attempt(): void {
    cancelTry()
    if (isOver || next !== null) return
    const mine: Attempt = { connection: null, pending: 0, isRetired: false, cancelDeadline: () => {} }
    next = mine
    triedAt = clock.ticks()
    mine.cancelDeadline = clock.after(helloMs, () => abandon(mine, { timedOut: true }))
    mine.connection = connect({ pollingFirst, heard: heardBy(mine), onLost: (loss) => lose(mine, loss) })
    if (current === null) tellLost('connecting')
  }

  function heardBy(mine: Attempt): Heard {
    const relay =
      <Name extends EventName>(name: Name) =>
      (payload: Events[Name]) => {
        if (mine === current) heard[name](payload)
      }
    return {
      hello: (hello) => greet(mine, hello),
      'node:draining': (payload) => {
        if (mine !== current) return
        isLeaving = true
        cancelTry()
        cancelTry = clock.after(random() * payload.reconnectInMs, attempt)
        heard['node:draining'](payload)
      },
      'node:crowded': (payload) => {
        if (mine !== current || isLeaving) return
        cancelTry()
        cancelTry = clock.after(random() * payload.hopInMs, attempt) // once: whoever cannot hop stays [O3]
        heard['node:crowded'](payload)
      },
      'session:ended': ({ reason }) => {
        if (!mine.isRetired) end(reason)
      },
      'room:changes': relay('room:changes'),
      'room:head': relay('room:head'),
      'room:added': relay('room:added'),
      'room:removed': relay('room:removed'),
      'room:presence': relay('room:presence'),
      'room:read': relay('room:read'),
      'room:preferences': relay('room:preferences'),
      'user:changed': relay('user:changed'),
      'user:blocked': relay('user:blocked'),
      'member:typing': relay('member:typing'),
    }
  }

  function greet(mine: Attempt, hello: Events['hello']): void {
    if (mine === next) {
      const previous = current
      current = mine
      next = null
      failures = 0
      isLeaving = false
      refusedSince = null
      greetedAt = clock.ticks()
      mine.cancelDeadline()
      if (previous !== null) retire(previous)
      status.set({ state: 'online', since: clock.now(), node: hello.node })
    }
    if (mine === current) heard.hello(hello)
  }

  /** What was asked on the old connection may still be answered there. */
  function retire(previous: Attempt): void {
    previous.isRetired = true
    if (previous.pending === 0) previous.connection?.close()
    else previous.cancelDeadline = clock.after(retireMs, () => previous.connection?.close())
  }

  function abandon(mine: Attempt, loss: Loss): void {
    mine.connection?.close()
    lose(mine, loss)
  }

  function lose(mine: Attempt, { code, timedOut }: Loss): void {
    if (mine !== current && mine !== next) return
    mine.cancelDeadline()
    if (mine === current) current = null
    else {
      next = null
      if (timedOut) pollingFirst = !pollingFirst
    }
    if (code === 'signed-out') end('expired')
    else if (code === 'outdated') stop('outdated')
    else if (next !== null) tellLost('connecting')
    else if (current === null || isLeaving) tryLater()
  }

  function tryLater(): void {
    const delayMs = backOff(failures++, random, tries)
    cancelTry()
    cancelTry = clock.after(delayMs, attempt)
    if (current === null) tellLost('waiting', clock.now() + delayMs)
  }

  function tellLost(state: 'connecting' | 'waiting', nextTryAt?: number): void {
    const before = status.get()
    const since = before.state === 'online' ? clock.now() : before.since
    status.set(nextTryAt === undefined ? { state, since } : { state, since, nextTryAt })
  }

  function stop(state: 'offline' | 'outdated'): void {
    if (isOver) return
    isOver = true
    cancelTry()
    for (const open of [current, next]) {
      open?.cancelDeadline()
      open?.connection?.close()
    }
    current = null
    next = null
    status.set({ state, since: clock.now() })
  }

  function end(reason: EndReason): void {
    if (isOver) return
    stop('offline')
    onEnded(reason)
  }

  async function call<Name extends CallName>(
    name: Name,
    input: Calls[Name]['input'],
  ): Promise<Answer<Calls[Name]['value']>> {
    const asked = current
    if (asked?.connection == null) return refused('unavailable', true)
    asked.pending += 1
    const { promise: expired, resolve: expire } = Promise.withResolvers<null>()
    const cancel = clock.after(answerMs, () => {
      // Whoever cannot send must not be told for long that he is online: another node may do better.
      if (name === 'message:send' && asked === current) abandon(asked, { timedOut: true })
      expire(null)
    })
    const answer = await Promise.race([asked.connection.call(name, input), expired])
    cancel()
    asked.pending -= 1
    if (asked.isRetired && asked.pending === 0) asked.connection.close()
    if (asked === current && answer !== null) weigh(name, answer)
    return answer ?? refused('unavailable')
  }

  /** Whoever speaks cannot stay where nobody hears them, if another node would. */
  function weigh(name: CallName, answer: Answer<unknown>): void {
    const code = answer.ok ? null : answer.code
    const now = clock.ticks()
    if (code === 'draining') {
      isLeaving = true // those who only listen wait until they are asked to [D1]
      if (now - greetedAt >= hopMs) attempt()
    } else if (name === 'message:send') {
      refusedSince = code === 'unavailable' ? (refusedSince ?? now) : null
      if (refusedSince !== null && now - Math.max(refusedSince, triedAt) >= refusedMs) attempt() // [A3]
    }
  }

  attempt()
  return {
    status,
    call,
    reconnect() {
      if (isOver) return
      if (current?.connection && clock.now() - current.connection.heardAt() > silentMs)
        abandon(current, { timedOut: true })
      if (current === null) attempt()
    },
    close: () => stop('offline'),
  }
}
