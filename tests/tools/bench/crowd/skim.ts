/** Frames cut off a stream, of which one that is known by its beginning is skipped instead of read: a thousand viewers get the same. */

/** Enough for the name of a frame: event, room, span. */
export const nameBytes = 128

type Needs<Known> = {
  /** Answers for the beginning of a payload what is known of it. */
  recall: (name: string) => Known | undefined
  /** The whole of a known frame has come. */
  onKnown: (known: Known) => void
  /** A frame that is not known, whole. */
  onFrame: (opcode: number, text: string) => void
}

/** Takes the stream in pieces, which may be written over afterwards; the server masks no frame and splits none. */
export function openSkim<Known>({ recall, onKnown, onFrame }: Needs<Known>): (piece: Buffer) => void {
  let kept: Buffer | null = null
  let toSkip = 0
  let skipped: Known | undefined

  /** Answers how far the frame that begins at `at` went, or null when too little of it is there. */
  function cut(bytes: Buffer, at: number): number | null {
    if (bytes.length < at + 2) return null
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < at + head) return null
    const from = at + head
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const named = from + Math.min(length, nameBytes)
    if (bytes.length < named) return null
    const known = recall(bytes.toString('latin1', from, named))
    if (known !== undefined) {
      const there = Math.min(length, bytes.length - from)
      toSkip = length - there
      if (toSkip === 0) onKnown(known)
      else skipped = known
      return from + there
    }
    if (bytes.length < from + length) return null
    onFrame((bytes[at] ?? 0) & 0x0f, bytes.toString('utf8', from, from + length))
    return from + length
  }

  return (piece) => {
    let at = Math.min(toSkip, piece.length)
    if (toSkip > 0) {
      toSkip -= at
      if (toSkip > 0) return
      if (skipped !== undefined) onKnown(skipped)
    }
    const bytes = kept === null ? piece : Buffer.concat([kept, piece])
    kept = null
    while (at < bytes.length) {
      const next = cut(bytes, at)
      if (next === null) {
        kept = Buffer.from(bytes.subarray(at))
        return
      }
      at = next
    }
  }
}
