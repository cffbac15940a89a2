/** Who belongs to a room, and how far each has read as far as small rooms tell. */
import { limits } from '#protocol/limits.ts'
import type { Member, MembersChange, Message } from '#protocol/wire.ts'
import { openCell } from './cell.ts'

/** `onChange`: others belong to it than before; how far somebody has read is not worth keeping. */
export function openMembers({ onChange }: { onChange: () => void }) {
  const cell = openCell<readonly Member[]>([])

  function hasRead(userId: string, seq: number): void {
    const now = cell.get()
    const index = now.findIndex((member) => member.userId === userId && member.lastRead < seq)
    const member = now[index]
    if (member !== undefined) cell.set(now.with(index, { ...member, lastRead: seq }))
  }

  function replace(members: readonly Member[]): void {
    cell.set(members)
    onChange()
  }

  /** Nobody has read less than we heard of live: an answer may have been overtaken. */
  function withReads(members: readonly Member[]): Member[] {
    const known = new Map(cell.get().map(({ userId, lastRead }) => [userId, lastRead]))
    return members.map((member) => ({ ...member, lastRead: Math.max(member.lastRead, known.get(member.userId) ?? 0) }))
  }

  return {
    cell,
    hasRead,
    /** `joinsOn`: what we heard so far belongs to the same history. */
    replace: (members: readonly Member[], joinsOn: boolean) => replace(joinsOn ? withReads(members) : members),
    /** As the disk has them. */
    restore: cell.set,
    take({ joined, left }: MembersChange): void {
      const gone = new Set([...left, ...joined.map(({ userId }) => userId)])
      replace([...cell.get().filter(({ userId }) => !gone.has(userId)), ...joined])
    },
    /** Whoever writes has read what stands before. */
    haveWritten(messages: readonly Message[]): void {
      if (cell.get().length <= limits.readShown) for (const { authorId, seq } of messages) hasRead(authorId, seq)
    },
  }
}
