/** Keeps a room on disk: what changed since the last time, together with the position it belongs to. */
import type { Member, Message, Position } from '#protocol/wire.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Shelf } from './shelf.ts'
import type { MessageRow } from './timeline.ts'

type Needs = {
  roomId: string
  shelf: Shelf
  clock: Clock
  /** The newest window as it is now; what is noted is read from it when it is kept, so never older. */
  loaded: () => Loaded | null
}
/** Rows without a hole, which end at `head`. */
type Loaded = { position: Position; head: number; rows: readonly MessageRow[]; members: readonly Member[] }

/** A hot room changes 40 times a second; a disk need not. */
const everyMs = 250

export function openKeeper({ roomId, shelf, clock, loaded }: Needs) {
  const changed = new Set<number>()
  let base = Number.MAX_SAFE_INTEGER
  let membersChanged = false
  let rewound = false
  let cancel: Cancel | null = null

  function flush(): void {
    cancel?.()
    cancel = null
    const now = loaded()
    if (now === null || (now.position.rev === base && !membersChanged && !rewound)) return
    const from = now.rows[0]?.message.seq ?? 0
    const messages = [...changed].sort((a, b) => a - b).flatMap((seq) => now.rows[seq - from]?.message ?? [])
    const all = () => now.rows.map(({ message }) => message)
    const write = { position: now.position, head: now.head, base, changed: messages, all }
    const members = membersChanged ? { members: now.members } : {}
    base = now.position.rev
    changed.clear()
    membersChanged = false
    shelf.putRoom(roomId, { ...write, ...members, rewound }).catch(() => {}) // the server has it
    rewound = false
  }

  function later(): void {
    cancel ??= clock.after(everyMs, flush)
  }

  return {
    /** The disk has everything up to `rev`. */
    startAt(rev: number): void {
      base = rev
    },
    note(messages: readonly Message[]): void {
      for (const { seq } of messages) changed.add(seq)
      later()
    },
    noteMembers(): void {
      membersChanged = true
      later()
    },
    /** What is on disk no longer joins on. `back`: the room went back behind it. [R12] */
    startAnew(back: boolean): void {
      changed.clear()
      base = Number.MAX_SAFE_INTEGER
      rewound ||= back
      later()
    },
    flush,
  }
}
