/** What was acknowledged, and whether a page that was read later knows it. */

type Seen = { roomId: string; seq: number; rev: number; body: string | null }

export type Ledger = {
  /** From now on, and after the grace for sure, nobody may see less than this. */
  acknowledge(message: Seen): void
  /** Judges a page that was asked for at `beganAt`, by `performance.now()`; null when it is as new as it must be. */
  judge(read: { beganAt: number; graceMs: number; messages: readonly Seen[]; by: string }): string | null
  /** Reads that knew less than was acknowledged, but were within their grace. */
  late(): number
  acknowledged(): number
}

/** Revs only rise, and an edit of unknown outcome takes one when it happens: whatever is newer is not old. [R1] */
export function openLedger(): Ledger {
  const acks = new Map<string, { rev: number; body: string | null; atMs: number }[]>()
  let late = 0
  let acknowledged = 0
  const keyOf = ({ roomId, seq }: Seen) => `${roomId} ${seq}`

  return {
    acknowledge(message) {
      const { rev, body } = message
      const known = acks.get(keyOf(message)) ?? []
      known.push({ rev, body, atMs: performance.now() })
      acks.set(keyOf(message), known)
      acknowledged += 1
    },
    judge({ beganAt, graceMs, messages, by }) {
      for (const message of messages) {
        const known = acks.get(keyOf(message))?.filter(({ atMs }) => atMs <= beganAt) ?? []
        const newest = known.at(-1)
        if (newest === undefined || message.rev > newest.rev) continue
        if (message.rev === newest.rev && message.body === newest.body) continue
        late += 1
        const due = known.findLast(({ atMs }) => atMs + graceMs <= beganAt)
        if (due === undefined || message.rev > due.rev) continue
        if (message.rev === due.rev && message.body === due.body) continue
        const ageMs = Math.round(beganAt - due.atMs)
        return `${by} showed "${message.body}" (rev ${message.rev}) of ${keyOf(message)}, ${ageMs} ms after "${due.body}" (rev ${due.rev}) was acknowledged`
      }
      return null
    },
    late: () => late,
    acknowledged: () => acknowledged,
  }
}
