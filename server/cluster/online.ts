/** Who is online on which node; a user who left a moment ago still counts, for they may be on their way to another. [P2] */

type Needs = {
  /** How long a user is held after they were last seen. */
  holdMs: number
  /** Told of every user who came, or ceased to count. */
  onChange: (userId: string) => void
}

export type Online = {
  add(node: string, userIds: Iterable<string>): void
  /** `lastSeenMs` is when they were, which for a dead node is a while ago. */
  remove(node: string, userIds: Iterable<string>, lastSeenMs: number): void
  /** These are the users of the node, no others. */
  replace(node: string, userIds: readonly string[], nowMs: number): void
  drop(node: string, lastSeenMs: number): void
  has(userId: string): boolean
  usersOf(node: string): ReadonlySet<string>
  /** Lets go of those who were held long enough. */
  release(nowMs: number): void
}

const nobody: ReadonlySet<string> = new Set()

export function openOnline({ holdMs, onChange }: Needs): Online {
  const users = new Map<string, Set<string>>()
  /** On how many nodes a user is. */
  const places = new Map<string, number>()
  const heldUntil = new Map<string, number>()
  const has = (userId: string) => places.has(userId) || heldUntil.has(userId)

  function add(node: string, userIds: Iterable<string>): void {
    const here = users.get(node) ?? new Set<string>()
    users.set(node, here)
    for (const userId of userIds) {
      if (here.has(userId)) continue
      here.add(userId)
      const isNew = !has(userId)
      heldUntil.delete(userId)
      places.set(userId, (places.get(userId) ?? 0) + 1)
      if (isNew) onChange(userId)
    }
  }

  function remove(node: string, userIds: Iterable<string>, lastSeenMs: number): void {
    const here = users.get(node)
    for (const userId of userIds) {
      if (here?.delete(userId) !== true) continue
      const left = (places.get(userId) ?? 0) - 1
      if (left > 0) places.set(userId, left)
      else {
        places.delete(userId)
        heldUntil.set(userId, lastSeenMs + holdMs)
      }
    }
  }

  const usersOf = (node: string) => users.get(node) ?? nobody

  return {
    add,
    remove,
    has,
    usersOf,
    replace(node, userIds, nowMs) {
      const next = new Set(userIds)
      add(node, next)
      remove(
        node,
        [...usersOf(node)].filter((userId) => !next.has(userId)),
        nowMs,
      )
    },
    drop(node, lastSeenMs) {
      remove(node, [...usersOf(node)], lastSeenMs)
      users.delete(node)
    },
    release(nowMs) {
      for (const [userId, untilMs] of heldUntil) {
        if (untilMs > nowMs) continue
        heldUntil.delete(userId)
        onChange(userId)
      }
    },
  }
}
