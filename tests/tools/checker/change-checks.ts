/** The promise about edits, deletions and reactions: what was acknowledged is there, unless something later undid it. */
import type { Message } from '#protocol/wire.ts'
import { type Check, type OperationRecord, operationsOf } from './history.ts'

/** What a change is about: later ones of the same thing may undo it. */
function subjectOf({ kind, roomId, seq, userId, emoji }: OperationRecord): string {
  return kind === 'react' ? `${roomId} ${seq} ${userId} ${emoji}` : `${roomId} ${seq} ${kind}`
}

function isIn(row: Message, { kind, userId, body, emoji, on }: OperationRecord): boolean {
  if (row.body === null || kind === 'delete') return row.body === null
  if (kind === 'edit') return row.body === body
  return emoji === undefined || (row.reactions?.[emoji]?.includes(userId) ?? false) === on
}

/** Whether it surely did not happen: what is neither that nor acknowledged may happen at any time. */
const isUndone = ({ acknowledged, refused }: OperationRecord) =>
  acknowledged.length === 0 && refused.length > 0 && refused.every(({ definite }) => definite)

export const changesAreKept: Check = (history) => {
  const rows = new Map<string, Message>()
  for (const { messages } of history.truths) for (const row of messages) rows.set(`${row.roomId} ${row.seq}`, row)
  const changes = [...operationsOf(history).values()].filter((each) => each.kind !== 'send' && !isUndone(each))
  return [...Map.groupBy(changes, subjectOf).values()].flatMap((about) => {
    const last = about.at(-1)
    const isCertain = about.every(({ acknowledged }) => acknowledged.length > 0)
    if (last === undefined || !isCertain) return []
    const row = rows.get(`${last.roomId} ${last.seq}`)
    if (row !== undefined && isIn(row, last)) return []
    return [{ rule: 'change-lost', says: 'an acknowledged change is not there', evidence: [last, row] }]
  })
}
