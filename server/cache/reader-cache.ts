/** Who may read which room, remembered for a minute, so that a cached page costs Postgres nothing at all. [X5] [M2] */
import type { Change } from './change.ts'
import type { ReadThrough } from './read-through.ts'

type Reader = { roomId: string; userId: string }

type Needs = {
  through: ReadThrough
  change: Change
  /** Refuses where this reader may not read; who may not is asked for anew each time. */
  ask: (reader: Reader) => Promise<unknown>
}

export type ReaderCache = {
  /** What there is of a reader who may read; of another there is nothing. */
  keyOf(reader: Reader): string
  /** Resolves if they may read; rejects only as `ask` does. */
  check(reader: Reader): Promise<void>
  /** Makes a change that may take away the right. When it resolves nothing says that they have it. [M2] */
  removing<Value>(reader: Reader, work: () => Promise<Value>): Promise<Value>
}

const readerMs = 60_000

/** Beside the pages of the room: keys of one look share a hash tag. */
const keyOf = ({ roomId, userId }: Reader) => `{${roomId}}:reader:${userId}`

export function openReaderCache({ through, change, ask }: Needs): ReaderCache {
  return {
    keyOf,
    async check(reader) {
      await through(keyOf(reader), async () => {
        await ask(reader)
        return { value: 'may read', ttlMs: readerMs }
      })
    },
    removing: (reader, work) => change(keyOf(reader), work),
  }
}
