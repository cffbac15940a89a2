/** The promise about cached history: a page is never older than what was acknowledged before it was asked for. */
import { isDeepStrictEqual } from 'node:util'
import type { Message } from '#protocol/wire.ts'
import { type Check, type Event, operationsOf } from './history.ts'

/** A commit whose node cannot reach the cache leaves a debt, and every node pays debts every 2 s. [C8] */
export const debtBoundMs = 3_000

type Page = Event & { type: 'page' }
type Ack = { at: number; seq: number; rev: number; op: string }

/** How much older than the page something is that it should have and has not: 0 when there is no such thing. */
export type Lag = { page: Page; missing: Ack; lagMs: number }

/** Every page that lacks something acknowledged before it was asked for, with the oldest such thing. */
export function lagsOf(history: Parameters<Check>[0]): Lag[] {
  const acks = new Map<string, Ack[]>()
  for (const { op, roomId, seq, acknowledged } of operationsOf(history).values())
    for (const ack of acknowledged) {
      const about = ack.seq ?? seq
      if (about === undefined) continue
      const known = acks.get(roomId) ?? []
      acks.set(roomId, known)
      known.push({ at: ack.at, seq: about, rev: ack.rev, op })
    }
  for (const known of acks.values()) known.sort((a, b) => a.at - b.at)
  return history.events.flatMap((event) => {
    if (event.type !== 'page' || event.revs.size === 0) return []
    const seqs = [...event.revs.keys()]
    const [from, to] = [Math.min(...seqs), event.isNewest ? Number.POSITIVE_INFINITY : Math.max(...seqs)]
    const missing = (acks.get(event.roomId) ?? []).find(
      ({ at, seq, rev }) => at < event.invokedAt && seq >= from && seq <= to && (event.revs.get(seq) ?? 0) < rev,
    )
    return missing === undefined ? [] : [{ page: event, missing, lagMs: event.invokedAt - missing.at }]
  })
}

/** After everything was quiet there is no excuse. */
export const pagesAreTrue: Check = ({ pages = [], truths }) => {
  const rows = new Map<string, Message>()
  for (const { messages } of truths) for (const row of messages) rows.set(`${row.roomId} ${row.seq}`, row)
  return pages.flatMap(({ client, source, messages }) => {
    const wrong = messages.find((row) => !isDeepStrictEqual(row, rows.get(`${row.roomId} ${row.seq}`)))
    if (wrong === undefined) return []
    const evidence = [client, source, wrong, rows.get(`${wrong.roomId} ${wrong.seq}`)]
    return [{ rule: 'stale', says: 'a page says something else than Postgres', evidence }]
  })
}

export const noPageIsStale: Check = (history) => {
  const late = lagsOf(history)
    .filter(({ lagMs }) => lagMs > (history.pageLagMs ?? debtBoundMs))
    .map(({ page, missing, lagMs }) => {
      const { client, roomId, at, source } = page
      const evidence = [{ client, roomId, at, source, lagMs, rev: page.revs.get(missing.seq) ?? null }, missing]
      return { rule: 'stale', says: 'a page is older than what was acknowledged', evidence }
    })
  const { stale = 0 } = history.audits ?? {}
  if (stale === 0) return late
  return [...late, { rule: 'stale', says: 'nodes found old answers in the cache', evidence: [history.audits] }]
}
