/** Lists that many ask for and few change, such as the public rooms: up to a minute old, and they say so by their source. [C5] */
import { createHash } from 'node:crypto'
import type { Source } from '#protocol/wire.ts'
import type { ReadThrough } from './read-through.ts'

type Needs<Item> = { name: string; through: ReadThrough; read: (query: string) => Promise<Item[]> }

export type HotList<Item> = (query: string) => Promise<{ source: Source; items: Item[] }>

const listMs = 60_000

/** Rejects only as `read` does. */
export function openHotList<Item>({ name, through, read }: Needs<Item>): HotList<Item> {
  return async (query) => {
    const asked = createHash('sha1').update(query).digest('base64url')
    const { source, value } = await through(`{${name}}:${asked}`, async () => ({
      value: JSON.stringify(await read(query)),
      ttlMs: listMs,
    }))
    return { source, items: JSON.parse(value) }
  }
}
