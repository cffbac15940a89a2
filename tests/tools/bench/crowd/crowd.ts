/** The process that plays all people: it opens their connections, lets some of them speak, and says who heard everything. */
import { serve } from '../instrument/worker.ts'
import { type Delays, delayQuantile, delaysOf } from './delays.ts'
import { bodyOf, type DialectName, dialects } from './dialects.ts'
import { openPerson, type Person, type Seat, type Shared } from './person.ts'
import { emptyTally, isSame, note, type Tally } from './tally.ts'

export type CrowdOrder =
  | { kind: 'open'; dialect: DialectName; seats: Seat[]; atOnce: number; watches: boolean }
  /** `senders` of them speak in turn, `perSecond` in all, evenly; then up to `settleMs` for all to hear it. */
  | { kind: 'run'; senders: number; perSecond: number; forMs: number; settleMs: number; bytes: number }
  /** Whoever is cut off from now on goes to one of these ports, as the client would. */
  | { kind: 'brace'; ports: number[]; firstMs: number; growth: number; spread: number }
  | { kind: 'close' }

export type Opened = { tookMs: number }

export type Ran = {
  sent: number
  /** How long the speaking took: longer than asked if this process could not keep up. */
  sentMs: number
  /** From the first word until everybody had the last one. */
  tookMs: number
  viewers: number
  /** Those who heard everything, and what they heard. */
  complete: number
  deliveries: number
  p50Ms: number
  p99Ms: number
  longestMs: number
  resumes: number
  resets: number
  refused: number
  lost: number
  /** Of those who were cut off: from the first cut until each had caught up, ascending; who never did is missing. */
  backMs: number[]
  absent: number
  /** CPU of this process. */
  cpuMs: number
}

let shared: Shared | null = null
let people: Person[] = []
/** Numbers are never used twice, so that a late frame of one run is none of the next. */
let nextNumber = 1

async function open({ dialect, seats, atOnce, watches }: Extract<CrowdOrder, { kind: 'open' }>): Promise<Opened> {
  const crowd: Shared = {
    dialect: dialects[dialect],
    watches,
    spans: new Map(),
    counts: { resumes: 0, resets: 0, refused: 0, lost: 0 },
    elsewhere: null,
    restMs: () => 0,
  }
  shared = crowd
  const began = performance.now()
  const opening = seats.entries()
  async function openNext(): Promise<void> {
    for (const [n, seat] of opening) {
      const person = openPerson(crowd, seat, n)
      people.push(person)
      await person.ready
    }
  }
  await Promise.all(Array.from({ length: atOnce }, openNext))
  return { tookMs: performance.now() - began }
}

/** Speaks evenly, and calls `look` in between; answers what was said where, and when. */
function speak(
  { perSecond, forMs, senders, bytes }: Extract<CrowdOrder, { kind: 'run' }>,
  look: (nowMs: number) => void,
): Promise<{ sentAt: number[]; first: number; byRoom: Map<string, Tally>; sentMs: number }> {
  const sentAt: number[] = []
  const first = nextNumber
  const byRoom = new Map<string, Tally>()
  const total = Math.round((perSecond * forMs) / 1_000)
  const began = performance.now()
  let turn = 0

  function sayOne(): void {
    for (let tries = 0; tries < senders; tries++) {
      const person = people[turn++ % senders]
      if (person?.isReady() !== true) continue
      const n = nextNumber++
      const tally = byRoom.get(person.roomId) ?? emptyTally()
      byRoom.set(person.roomId, tally)
      note(tally, n)
      sentAt.push(performance.now())
      person.send(bodyOf(n, bytes))
      return
    }
    throw new Error('unable to speak; nobody is there')
  }

  return new Promise((resolve, reject) => {
    const beat = setInterval(() => {
      const now = performance.now()
      const due = Math.min(total, Math.floor(((now - began) * perSecond) / 1_000) + 1)
      try {
        while (sentAt.length < due) sayOne()
      } catch (fault) {
        clearInterval(beat)
        reject(fault)
        return
      }
      look(now)
      if (sentAt.length < total) return
      clearInterval(beat)
      resolve({ sentAt, first, byRoom, sentMs: performance.now() - began })
    }, 1)
  })
}

const nothing = emptyTally()

async function run(order: Extract<CrowdOrder, { kind: 'run' }>): Promise<Ran> {
  if (shared === null) throw new Error('unable to run; nobody is there')
  const { spans, counts } = shared
  spans.clear()
  Object.assign(counts, { resumes: 0, resets: 0, refused: 0, lost: 0 })
  for (const { viewer } of people) viewer.start(viewer.position())
  const cpu = process.cpuUsage()
  const began = performance.now()
  let lookedAt = 0
  const look = (now: number) => {
    if (now - lookedAt < 50) return
    lookedAt = now
    for (const person of people) person.look(now)
  }
  const { sentAt, first, byRoom, sentMs } = await speak(order, look)
  const has = ({ viewer, roomId }: Person) => isSame(viewer.tally, byRoom.get(roomId) ?? nothing)
  const isOver = () => people.every((person) => person.isReady() && has(person))
  const deadline = performance.now() + order.settleMs
  while (!isOver() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    look(performance.now())
  }
  const tookMs = performance.now() - began
  const complete = people.filter(has)
  const delays = delaysOf(spans.values(), (n) => sentAt[n - first] ?? Number.NaN)
  const { user, system } = process.cpuUsage(cpu)
  return {
    sent: sentAt.length,
    sentMs,
    tookMs,
    viewers: people.length,
    complete: complete.length,
    deliveries: complete.reduce((sum, { viewer }) => sum + viewer.tally.count, 0),
    ...quantiles(delays),
    ...counts,
    ...absences(),
    cpuMs: (user + system) / 1_000,
  }
}

const quantiles = (delays: Delays) => ({
  p50Ms: delayQuantile(delays, 0.5),
  p99Ms: delayQuantile(delays, 0.99),
  longestMs: delayQuantile(delays, 0.999_999),
})

function absences(): { backMs: number[]; absent: number } {
  const absent = people.map((person) => person.absence()).filter((absence) => absence !== null)
  const from = Math.min(...absent.map(({ lostAt }) => lostAt))
  const back = absent.filter(({ backAt }) => backAt !== 0).map(({ backAt }) => backAt - from)
  return { absent: absent.length, backMs: back.sort((a, b) => a - b) }
}

function brace({ ports, firstMs, growth, spread }: Extract<CrowdOrder, { kind: 'brace' }>): null {
  if (shared === null) throw new Error('unable to brace; nobody is there')
  shared.elsewhere = (n) => ports[n % ports.length] ?? 0
  shared.restMs = (attempt) => firstMs * growth ** attempt * (1 - spread + 2 * spread * Math.random())
  return null
}

function close(): null {
  for (const person of people) person.close()
  people = []
  shared = null
  return null
}

serve<CrowdOrder>(async (order) => {
  if (order.kind === 'open') return await open(order)
  if (order.kind === 'run') return await run(order)
  return order.kind === 'brace' ? brace(order) : close()
})
