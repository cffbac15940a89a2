/** The socket door: who comes in, what they may call, and that they hear of it when they have to go. */
import type { EndReason } from '#protocol/wire.ts'
import type { Sessions } from '../cache/session.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { LiveSocket } from '../fanout/live.ts'
import { connectInOneWrite } from '../fanout/one-write.ts'
import { pause } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { BlockBook } from '../store/block-book.ts'
import type { RoomBook } from '../store/room-book.ts'
import { openArrivals } from './arrivals.ts'
import { type Admission, type AdmissionNeeds, admit } from './connect.ts'
import { refuse } from './handle.ts'
import { openWelcome, type WelcomeNeeds } from './welcome.ts'

type Needs = Omit<AdmissionNeeds & WelcomeNeeds, 'fanout' | 'book' | 'blocks'> & {
  book: WelcomeNeeds['book'] & Pick<RoomBook, 'standingsOf'>
  blocks: Pick<BlockBook, 'listsOf'>
  fanout: Fanout
  sessions: Pick<Sessions, 'touch'>
  /** How long a session lives without use. */
  sessionTtlMs: number
  metrics: Pick<Metrics, 'connections' | 'handshakes' | 'beforeTelling'>
}

export type Gateway = {
  /** Closes the sockets of these devices on every node. [S2] */
  endSessions(ended: { userId: string; handles: string[]; reason: EndReason }): void
  /** Asks all sockets to leave, batch by batch over `overMs`; resolves when they have, or `overMs` after the last was asked. [D2] */
  drain(overMs: number): Promise<void>
  /** Asks so many sockets to hop to a node with more room, at a pace nobody notices; resolves when they were asked. [O3] */
  hop(count: number): Promise<void>
  close(): Promise<void>
}

/** An open socket is a sign of life of its session, told this often at least. [S6] */
const touchEveryMs = 600_000
/** Those who are asked to go are asked in so many groups. */
const batches = 20
/** A hop costs a handshake, which must not crowd out what the other nodes do. */
const msPerHop = 10
const leastHopMs = 1_000

export function openGateway(needs: Needs): Gateway {
  const { fanout, sessions, sessionTtlMs, clock, log, metrics } = needs
  const { io } = fanout
  const admitted = new WeakMap<LiveSocket, Admission>()
  /** Connections that somebody is in or coming in on. */
  const taken = new WeakSet<LiveSocket['conn']>()
  const arrivals = openArrivals(needs)
  const { welcome } = openWelcome({ ...needs, messageLog: arrivals.messageLog })

  /** A connection is good for one socket: more of them would each have a budget, and hear everything once more. [X3] */
  async function admitOnce(socket: LiveSocket): Promise<Admission> {
    if (taken.has(socket.conn)) throw new Refusal('bad-input', { detail: 'this connection has come in already' })
    taken.add(socket.conn)
    try {
      const { users, book, blocks } = arrivals
      return await admit({ ...needs, users, book, blocks }, socket)
    } catch (fault) {
      taken.delete(socket.conn) // it may try again
      throw fault
    }
  }

  io.use((socket, next) => {
    admitOnce(socket).then(
      (admission) => {
        admitted.set(socket, admission)
        metrics.handshakes.inc({ outcome: 'admitted' })
        connectInOneWrite(socket, next)
      },
      (fault: unknown) => {
        if (!(fault instanceof Refusal)) log.error({ event: 'handshake-failed', err: fault })
        const view = refuse(fault, needs.metrics)
        metrics.handshakes.inc({ outcome: view.code })
        next(Object.assign(new Error(view.code), { data: view }))
      },
    )
  })

  metrics.beforeTelling(() => metrics.connections.set(fanout.socketIds().length))

  io.on('connection', (socket) => {
    const admission = admitted.get(socket)
    admitted.delete(socket)
    if (admission === undefined) socket.disconnect(true)
    else welcome(socket, admission)
  })

  fanout.onNodes('session:ended', ({ userId, handles, reason }) => {
    fanout.end((who) => who.userId === userId && handles.includes(who.handle), reason)
  })

  async function touchAll(): Promise<void> {
    for (const sid of new Set(fanout.sockets().map(({ who }) => who.sid))) {
      if (!(await sessions.touch(sid))) fanout.end((who) => who.sid === sid, 'expired')
    }
  }

  const touching = openLoop({
    clock,
    everyMs: () => Math.min(touchEveryMs, sessionTtlMs / 4),
    run: touchAll,
    onFault: (fault) => log.warn({ event: 'touch-failed', err: fault }), // an outage ends no session [S3]
  })

  async function inBatches(ids: string[], overMs: number, ask: (ids: string[], withinMs: number) => void) {
    const size = Math.ceil(ids.length / batches)
    const restMs = overMs / batches
    for (let at = 0; at < ids.length; at += size) {
      ask(ids.slice(at, at + size), Math.round(restMs))
      await pause(clock, restMs)
    }
  }

  return {
    endSessions: (ended) => fanout.toNodes('session:ended', ended),
    async hop(count) {
      // those who have been here for longest: nobody is moved again before all others, and a proxy that was reloaded does not
      // count them, so that it sees no room where they were
      const ids = fanout.nimbleIds().slice(0, count)
      const overMs = Math.max(leastHopMs, ids.length * msPerHop)
      await inBatches(ids, overMs, (some, hopInMs) => fanout.toSocketsHere(some, 'node:crowded', { hopInMs }))
    },
    async drain(overMs) {
      await inBatches(fanout.socketIds(), overMs, (some, withinMs) => {
        const reconnectInMs = Math.round(Math.random() * withinMs)
        fanout.toSocketsHere(some, 'node:draining', { reconnectInMs })
      })
      const deadlineMs = clock.ticks() + overMs
      while (fanout.socketIds().length > 0 && clock.ticks() < deadlineMs) await pause(clock, 50)
    },
    close: touching.close,
  }
}
