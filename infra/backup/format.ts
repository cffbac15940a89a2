/**
 * The form of a backup: gzipped lines. A header in JSON; then per table a line of JSON that names its columns, its rows as
 * COPY writes them, and `\.` alone, which no row can be; a last line that says how many rows there were, so that a file
 * which breaks off is known as such.
 */
import { z } from 'zod'
import { Fault } from '../local/fault.ts'

export const formatVersion = 1
export const endOfRows = '\\.'

const header = z.object({
  parley: z.literal('backup'),
  format: z.number(),
  takenAt: z.string(),
  /** The schema: every migration by name, with what was in it. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
})
const table = z.object({ table: z.string(), columns: z.array(z.string()) })
const end = z.object({ rows: z.number() })

export type Header = z.infer<typeof header>
type Part = z.infer<typeof table> | z.infer<typeof end>

/** Refuses what is no backup, or one of a later form than ours. */
export function readHeader(line: string): Header {
  const read = header.safeParse(json(line))
  if (!read.success) throw new Fault('unable to read the file; it is no backup of Parley')
  if (read.data.format !== formatVersion)
    throw new Fault(`unable to read the file; its form is ${read.data.format}, and this version reads ${formatVersion}`)
  return read.data
}

export function readPart(line: string): Part {
  const read = z.union([table, end]).safeParse(json(line))
  if (!read.success) throw new Fault('unable to read the file; it is damaged')
  return read.data
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** The lines of a stream, by `\n` alone: a row may hold every other character that somebody might take for an end. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const chunk of source) {
    let from = 0
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      yield begun.length === 0 ? chunk.subarray(from, to) : Buffer.concat([...begun, chunk.subarray(from, to)])
      begun = []
      from = to + 1
    }
    if (from < chunk.length) begun.push(chunk.subarray(from))
  }
}
