/** What a reader of a room's history may be told, and what must not be kept from it. */
import type { Message } from '#protocol/wire.ts'
import type { Asked } from '../../server/cache/history-cache.ts'
import type { Lines } from '../../server/cache/page-text.ts'

type Place = { seq: number; rev: number }

const messagesOf = (lines: string[]): Message[] => lines.map((line) => JSON.parse(line))

export function openTruth() {
  /** All that ever was, by seq: the bodies by rev. */
  const history = new Map<number, Map<number, string | null>>()
  const required = new Map<number, number>()

  /** Whatever an answer says was once true, and not before the rev it names. */
  function complaintOf({ rev, first, lines }: Lines): string | null {
    for (const [index, row] of messagesOf(lines).entries()) {
      const bodies = history.get(row.seq) ?? new Map<number, string | null>()
      const latest = Math.max(...[...bodies.keys()].filter((known) => known <= rev))
      if (row.seq !== first + index) return `seq ${row.seq} stands where ${first + index} should`
      if (bodies.get(row.rev) !== row.body) return `seq ${row.seq} never said "${row.body}" at rev ${row.rev}`
      if (row.rev < latest) return `an answer of rev ${rev} has seq ${row.seq} at rev ${row.rev}, not ${latest}`
    }
    return null
  }

  function isAsked({ before, after, limit }: Asked, { head }: Lines, seq: number): boolean {
    if (after !== undefined) return seq > after && seq <= after + limit
    return before === undefined ? seq > head - limit : seq < before && seq >= before - limit
  }

  return {
    record(messages: Message[]): void {
      for (const { seq, rev, body } of messages) {
        history.set(seq, new Map(history.get(seq)).set(rev, body))
      }
    },
    /** Everybody who asks from now on has to see it. */
    demand({ seq, rev }: Place): void {
      required.set(seq, Math.max(rev, required.get(seq) ?? 0))
    },
    complaintOf,
    /** What an answer has to know that is asked for now: tells what is wrong with it, or null. */
    expect(asked: Asked): (page: Lines) => string | null {
      const due = new Map(required)
      return (page) => {
        const revs = new Map(messagesOf(page.lines).map(({ seq, rev }) => [seq, rev]))
        for (const [seq, rev] of due) {
          const isOld = isAsked(asked, page, seq) && (revs.get(seq) ?? 0) < rev
          if (isOld) return `seq ${seq} was shown at rev ${revs.get(seq)} after rev ${rev} was acked`
        }
        return complaintOf(page)
      }
    },
  }
}
