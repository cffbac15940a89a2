/** One of the crowd: comes in, reads along in its room, and comes back when the connection breaks. */

import { arrive, type Span } from './delays.ts'
import { type Dialect, type Heard, numbered, resumePacket, spanOf } from './dialects.ts'
import { type Line, openLine } from './line.ts'
import { nameBytes } from './skim.ts'
import { openViewer, type Viewer } from './viewer.ts'

export type Seat = {
  port: number
  cookie: string
  /** The rooms it is in; it reads along in the first. */
  roomIds: readonly string[]
}

/** What all of a crowd share. */
export type Shared = {
  dialect: Dialect
  /** Whether the first room is on screen: its newest page is asked for, and every change is followed. */
  watches: boolean
  spans: Map<string, Span>
  counts: { resumes: number; resets: number; refused: number; lost: number }
  /** Where to go when a connection breaks; null ends it. */
  elsewhere: ((n: number) => number) | null
  /** Before the next try. */
  restMs: (attempt: number) => number
}

export type Person = {
  viewer: Viewer
  roomId: string
  isReady(): boolean
  /** Resolves when it is in, or is given up. */
  ready: Promise<void>
  send(body: string): void
  /** Asks about a hole that has become a gap. */
  look(nowMs: number): void
  /** When it was first cut off and when it had caught up again. */
  absence(): { lostAt: number; backAt: number } | null
  close(): void
}

export function openPerson(shared: Shared, seat: Seat, n: number): Person {
  const { dialect, spans, counts, watches } = shared
  const { cookie, roomIds } = seat
  const roomId = roomIds[0] ?? ''
  const viewer = openViewer({ ordered: dialect.ordered, random: Math.random })
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  ready.catch(() => {}) // whoever opens the crowd hears of it
  let line: Line | null = null
  let state: 'coming' | 'in' | 'lost' | 'closed' = 'coming'
  let epoch = ''
  let lostAt = 0
  let backAt = 0
  let attempts = 0
  let hasBeenIn = false

  function enter(): void {
    if (lostAt !== 0 && backAt === 0) backAt = performance.now()
    state = 'in'
    attempts = 0
    hasBeenIn = true
    resolve()
  }

  function take(span: Span): void {
    const now = performance.now()
    if (span.roomId !== roomId) return
    for (const applied of viewer.take(span, now)) arrive(applied, now)
  }

  const askFrom = (rev: number) => line?.say(resumePacket({ roomId, epoch, rev }))

  function takeResume({ resume }: Extract<Heard, { kind: 'resumed' }>): void {
    const now = performance.now()
    if (!hasBeenIn) viewer.start(resume.rev)
    else {
      counts.resumes += 1
      if (resume.kind === 'reset') counts.resets += 1
      const from = viewer.position()
      const missed = numbered(resume.messages).filter(({ rev }) => rev > from)
      const span = spanOf({ roomId, base: from, rev: resume.rev }, missed)
      arrive(span, now)
      spans.set(`resumed ${n} ${from}`, span)
      for (const applied of viewer.resume(resume.rev, missed)) arrive(applied, now)
    }
    if (state !== 'in') enter()
  }

  function hear(text: string): void {
    const heard = dialect.hear(text, roomIds)
    if (heard.kind === 'say') line?.say(heard.text)
    else if (heard.kind === 'span') {
      spans.set(text.slice(0, nameBytes), heard.span)
      take(heard.span)
    } else if (heard.kind === 'ready') enter()
    else if (heard.kind === 'hello') {
      epoch = heard.hello.epoch
      if (watches) askFrom(hasBeenIn ? viewer.position() : 0)
      else enter()
    } else if (heard.kind === 'resumed') takeResume(heard)
    else if (heard.kind === 'beacon' && heard.roomId === roomId) viewer.hear(heard.rev, performance.now())
    else if (heard.kind === 'sent' && heard.refused !== null) counts.refused += 1
    else if (heard.kind === 'refused') line?.close()
    if (heard.kind === 'refused') lose(heard.text)
  }

  function lose(reason: string): void {
    if (state === 'closed') return
    counts.lost += 1
    if (lostAt === 0 && hasBeenIn) lostAt = performance.now()
    state = 'lost'
    const { elsewhere } = shared
    if (elsewhere === null) reject(new Error(`unable to stay; ${reason}`))
    else setTimeout(() => come(elsewhere(n + attempts)), shared.restMs(attempts++))
  }

  function come(port: number): void {
    if (state === 'closed') return
    state = 'coming'
    line = openLine<Span>({
      port,
      path: dialect.path(roomIds),
      cookie,
      recall: (name) => spans.get(name),
      onKnown: take,
      onText: hear,
      onOpen: () => {
        if (dialect.readyAtOnce) enter()
      },
      onLost: lose,
    })
  }

  come(seat.port)
  return {
    viewer,
    roomId,
    ready,
    isReady: () => state === 'in',
    send: (body) => line?.say(dialect.send(roomId, body)),
    look(nowMs) {
      if (state === 'in' && viewer.mustAsk(nowMs)) askFrom(viewer.position())
    },
    absence: () => (lostAt === 0 ? null : { lostAt, backAt }),
    close() {
      state = 'closed'
      line?.close()
    },
  }
}
