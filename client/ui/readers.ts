/** Whom to name as readers under which message: under the last own one that somebody else has read. */
import { limits } from '#protocol/limits.ts'
import type { Member } from '#protocol/wire.ts'
import type { Row } from '../engine/face.ts'

export type Readers = { seq: number; ids: readonly string[] }

/** `null` in a large room, which does not tell, and where nobody has read anything of ours. */
export function readersOf(rows: readonly Row[], members: readonly Member[], ownId: string): Readers | null {
  if (members.length > limits.readShown) return null
  const others = members.filter(({ userId }) => userId !== ownId)
  const farthest = others.reduce((seq, { lastRead }) => Math.max(seq, lastRead), 0)
  const row = rows.findLast(
    (one) =>
      one.kind === 'message' &&
      one.message.authorId === ownId &&
      one.message.body !== null &&
      one.message.seq <= farthest,
  )
  if (row?.kind !== 'message') return null
  const { seq } = row.message
  return { seq, ids: others.filter(({ lastRead }) => lastRead >= seq).map(({ userId }) => userId) }
}
