/** What a run was like for people, by kind of fault: how long sends took, how long anybody heard nothing, how soon it was over. */
import { type Event, type History, operationsOf } from '../checker/history.ts'
import type { Outcome } from './run.ts'

export type Spread = { count: number; p50: number; p99: number; max: number }

/** All in milliseconds. */
export type FaultFigures = {
  fault: string
  times: number
  /** From sending to the acknowledgement, of every send that overlaps the fault; those refused for certain do not count. */
  sends: Spread
  /** From the acknowledgement to being shown to each of the others. */
  seen: Spread
  /** Connections that broke. */
  lost: number
  /** From the fault to the next sign of life, for each client: of those who lost their connection, if any did. */
  recovery: Spread
  /** The longest that any client had no sign of life. */
  silenceMs: number
  /** From when everything was mended until everybody was right: about messages, members, unread counts and who is here. */
  agreed: Spread
}

type Span = { from: number; to: number }

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
}

/** Sends that were acknowledged, and by nobody refused before. */
export function sendsIn(history: History): (Span & { client: string; place: string })[] {
  return [...operationsOf(history).values()].flatMap(({ kind, client, roomId, invokedAt, refused, acknowledged }) => {
    const [ack] = acknowledged
    if (kind !== 'send' || ack === undefined || refused.length > 0) return []
    return [{ from: invokedAt, to: ack.at, client, place: `${roomId} ${ack.seq}` }]
  })
}

/** By client, when it was greeted, answered or shown something it did not know; what comes from its own disk is no sign. */
function signsIn(events: readonly Event[]): Map<string, number[]> {
  const signs = new Map<string, number[]>()
  const known = new Map<string, number>()
  for (const event of events) {
    const isGreeted = event.type === 'link' && event.isOnline
    if (event.type !== 'acknowledged' && event.type !== 'shown' && !isGreeted) continue
    const { client, at } = event
    if (event.type === 'shown') {
      const { roomId, rev } = event.message
      const isNews = rev > (known.get(`${client} ${roomId}`) ?? 0)
      if (!isNews) continue
      known.set(`${client} ${roomId}`, rev)
    }
    const mine = signs.get(client) ?? []
    signs.set(client, mine)
    mine.push(at)
  }
  return signs
}

/** When each acknowledged message was shown first to each of the others, counted from its acknowledgement. */
function sightingsIn(history: History): { at: number; tookMs: number }[] {
  const acks = new Map(sendsIn(history).map(({ place, client, to }) => [place, { client, at: to }]))
  const met = new Set<string>()
  return history.events.flatMap((event) => {
    if (event.type !== 'shown') return []
    const place = `${event.message.roomId} ${event.message.seq}`
    const ack = acks.get(place)
    const sighting = `${event.client} ${place}`
    if (ack === undefined || ack.client === event.client || met.has(sighting)) return []
    met.add(sighting)
    return [{ at: ack.at, tookMs: Math.max(0, event.at - ack.at) }]
  })
}

/** The slowest sends, and what was broken at the time. */
export function slowestIn({ verdict, history }: Pick<Outcome, 'verdict' | 'history'>, most: number): string[] {
  const slowest = sendsIn(history)
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, most)
  return slowest.map(({ from, to, client }) => {
    const faults = verdict.faults.filter(({ beganAt, endedAt }) =>
      overlap({ from, to }, { from: beganAt, to: endedAt }),
    )
    const nodes = history.events.filter((event) => event.type === 'link' && event.client === client && event.at <= to)
    const last = nodes.findLast((event) => event.type === 'link' && event.node !== undefined)
    const via = last?.type === 'link' ? last.node : 'its first node'
    const under = faults.map(({ fault }) => fault).join(', ') || 'nothing'
    return `${to - from} ms from ${(from / 1_000).toFixed(1)} s on, ${client}, in the end by ${via}, under ${under}`
  })
}

const overlap = (one: Span, other: Span) => one.from <= other.to && one.to >= other.from

type Seen = { losses: readonly Loss[]; signs: ReadonlyMap<string, number[]> }
type Loss = { at: number; client: string }

const lossesIn = ({ events }: Pick<History, 'events'>): Loss[] =>
  events.flatMap((event) => (event.type === 'link' && !event.isOnline ? [{ at: event.at, client: event.client }] : []))

/** When each who lost their connection was back, or, if nobody did, when each had the next sign of life. */
function recoveryFrom(fault: Span, { losses, signs }: Seen) {
  const broken = new Map<string, number>()
  for (const { at, client } of losses)
    if (at >= fault.from && at <= fault.to && !broken.has(client)) broken.set(client, at)
  const clients = broken.size > 0 ? [...broken.keys()] : [...signs.keys()]
  const back = clients.flatMap((client) => {
    const after = broken.get(client) ?? fault.from
    const sign = signs.get(client)?.find((at) => at > after)
    return sign === undefined ? [] : [{ client, cutMs: after - fault.from, tookMs: sign - fault.from }]
  })
  return { lost: broken.size, back }
}

/** Of each kind of fault the one after which those whose connection broke were away longest. */
export function longestAwayIn({ verdict, history }: Pick<Outcome, 'verdict' | 'history'>, most: number): string[] {
  const seen = { losses: lossesIn(history), signs: signsIn(history.events) }
  const kinds = new Set<string>()
  return verdict.faults
    .map(({ fault, beganAt, endedAt }) => ({ fault, beganAt, ...recoveryFrom({ from: beganAt, to: endedAt }, seen) }))
    .filter(({ lost }) => lost > 0)
    .map(({ back, ...rest }) => ({ ...rest, back: back.toSorted((a, b) => b.tookMs - a.tookMs) }))
    .toSorted((a, b) => (b.back[0]?.tookMs ?? 0) - (a.back[0]?.tookMs ?? 0))
    .filter(({ fault }) => !kinds.has(kindOf(fault)) && kinds.add(kindOf(fault)))
    .slice(0, most)
    .map(({ fault, beganAt, lost, back }) => {
      const [last, median] = [back[0], back[back.length >> 1]]
      const at = (beganAt / 1_000).toFixed(1)
      return `${last?.tookMs} ms until ${last?.client} was back, cut off after ${last?.cutMs}; ${median?.tookMs} in the middle of ${lost}, after ${fault} at ${at} s`
    })
}

/** One row per kind of fault, the calm between them last. */
export function figuresOf({ verdict, history }: Pick<Outcome, 'verdict' | 'history'>): FaultFigures[] {
  const sends = sendsIn(history)
  const sightings = sightingsIn(history)
  const signs = signsIn(history.events)
  const losses = lossesIn(history)
  const agreements = history.events.flatMap((event) =>
    event.type === 'agreed' ? [{ kind: kindOf(event.fault), tookMs: event.tookMs }] : [],
  )
  const spans = verdict.faults.map(({ fault, beganAt, endedAt }) => ({
    kind: kindOf(fault),
    from: beganAt,
    to: endedAt,
  }))

  function longestSilence(faults: readonly Span[]): number {
    let longest = 0
    for (const mine of signs.values())
      for (const [index, from] of mine.entries()) {
        const to = mine[index + 1]
        if (to === undefined || to - from <= longest) continue
        if (faults.some((fault) => overlap({ from, to }, fault))) longest = to - from
      }
    return longest
  }

  function rowOf(fault: string, faults: readonly Span[], isMine: (span: Span) => boolean): FaultFigures {
    const recoveries = faults.map((fault) => recoveryFrom(fault, { losses, signs }))
    return {
      fault,
      times: faults.length,
      sends: spreadOf(sends.filter(isMine).map(({ from, to }) => to - from)),
      seen: spreadOf(sightings.filter(({ at }) => isMine({ from: at, to: at })).map(({ tookMs }) => tookMs)),
      lost: recoveries.reduce((sum, { lost }) => sum + lost, 0),
      recovery: spreadOf(recoveries.flatMap(({ back }) => back.map(({ tookMs }) => tookMs))),
      silenceMs: longestSilence(faults),
      agreed: spreadOf(agreements.filter(({ kind }) => kind === fault).map(({ tookMs }) => tookMs)),
    }
  }

  const kinds = [...Map.groupBy(spans, ({ kind }) => kind)].toSorted(([a], [b]) => a.localeCompare(b))
  return [
    ...kinds.map(([kind, faults]) => rowOf(kind, faults, (span) => faults.some((fault) => overlap(span, fault)))),
    rowOf('calm', [], (span) => !spans.some((fault) => overlap(span, fault))),
  ]
}

/** Without its number. */
const kindOf = (fault: string) => fault.replace(/ #\d+$/, '')
