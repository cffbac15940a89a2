/** How far this node's sockets have been told each room, frame upon frame: where nothing can have been missed, nothing is repaired. [A1] */

type Span = { roomId: string; base: number; rev: number }

export type Told = {
  /** What all who hear the room here have heard of, so that a frame that begins there leaves no hole; undefined if nobody knows. */
  upTo(roomId: string): number | undefined
  /** All who hear it know of this rev: by the frames before it, or because they were told that they lack some. */
  raise(roomId: string, rev: number): void
  /** Somebody may have missed something. */
  doubt(roomId: string): void
}

/** Kept for rooms that somebody here hears, and for no other. */
export function openTold({ hearsAnybody }: { hearsAnybody: (roomId: string) => boolean }) {
  const revs = new Map<string, number>()

  return {
    upTo: (roomId) => revs.get(roomId),
    raise(roomId, rev) {
      if (hearsAnybody(roomId)) revs.set(roomId, Math.max(rev, revs.get(roomId) ?? 0))
    },
    doubt: (roomId) => void revs.delete(roomId),
    /** Before a socket that was told this much begins to hear the room: it counts for all if it is the first. */
    begin(roomId, rev) {
      if (!hearsAnybody(roomId)) revs.set(roomId, rev)
    },
    /** A frame that goes to all who hear the room. One after a hole proves nothing. */
    note({ roomId, base, rev }) {
      const known = revs.get(roomId)
      if (known !== undefined && base <= known && rev > known) revs.set(roomId, rev)
    },
  } satisfies Told & { begin(roomId: string, rev: number): void; note(span: Span): void }
}
