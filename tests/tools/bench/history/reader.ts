/** The process in which the candidates read: no HTTP, no socket, nothing but the way to a page. */
import { apply, type Load, type Loaded } from '../instrument/load.ts'
import { serve } from '../instrument/worker.ts'
import { type CandidateName, openCandidates } from './candidates.ts'
import { allPlaces, keyOf, openPlaces, type Place } from './places.ts'
import type { Size } from './seed.ts'

/** `places: 0` are all there are, the least famous first. `from`: the place to begin with. */
export type ReaderOrder =
  | { kind: 'prepare'; size: Size; seed: number; places: number }
  | { kind: 'warm'; candidate: CandidateName }
  | { kind: 'read'; candidate: CandidateName; load: Load; from?: number }
  | { kind: 'missed' }

/** `missed`: how many pages of ours came from Postgres so far. */
export type ReaderAnswer = { prepare: { pages: number }; warm: { bytes: number }; read: Loaded; missed: number }

const { DATABASE_URL = '', REDIS_URL = '', CACHE_REDIS_URL = '' } = process.env
const { reads, missed, close } = await openCandidates({ DATABASE_URL, REDIS_URL, CACHE_REDIS_URL })
let places: Place[] = []

const bytesOf = (text: string | readonly Buffer[]) =>
  typeof text === 'string' ? Buffer.byteLength(text) : text.reduce((sum, { length }) => sum + length, 0)

/** Reads everything that will be asked for, by whom it will be: it is in the cache then, or in the memory of Postgres. */
async function warm(candidate: CandidateName): Promise<ReaderAnswer['warm']> {
  const one = [...new Map(places.map((place) => [`${place.userId} ${keyOf(place)}`, place])).values()]
  let bytes = 0
  for (let at = 0; at < one.length; at += 8) {
    const texts = await Promise.all(one.slice(at, at + 8).map((place) => reads[candidate](place)))
    bytes += texts.reduce((sum, text) => sum + bytesOf(text), 0)
  }
  return { bytes: bytes / one.length }
}

/** Everybody asks for the same places in the same order. */
function read({ candidate, load, from = 0 }: Extract<ReaderOrder, { kind: 'read' }>): Promise<Loaded> {
  const way = reads[candidate]
  return apply(load, async (n) => {
    const place = places[(from + n) % places.length]
    if (place === undefined) throw new Error('unable to read; there are no places')
    await way(place)
  })
}

serve<ReaderOrder>(async (order) => {
  if (order.kind === 'warm') return await warm(order.candidate)
  if (order.kind === 'read') return await read(order)
  if (order.kind === 'missed') return await missed()
  const next = openPlaces(order.size, order.seed)
  places = order.places === 0 ? allPlaces(order.size).reverse() : Array.from({ length: order.places }, next)
  return { pages: new Set(places.map(keyOf)).size }
}, close)
