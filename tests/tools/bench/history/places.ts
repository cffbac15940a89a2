/** Which page of which room is asked for: famous rooms more often, and their newest pages most. */
import { createHash } from 'node:crypto'
import { limits } from '#protocol/limits.ts'
import { openSeeded } from '../../../kit/seeded.ts'
import { openZipf } from '../instrument/zipf.ts'
import { headOf, type Size } from './seed.ts'

/** Without `before` it is the newest page. */
export type Place = { roomId: string; userId: string; before?: number }

/** The id that Postgres gave to number `n` of a kind. */
export function idOf(kind: 'room' | 'user', n: number): string {
  const hash = createHash('md5').update(`${kind} ${n}`).digest('hex')
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-')
}

/** How much more often the first is asked for than the second: both of rooms, and of pages from the newest back. */
export const exponent = 1

/** As a client scrolls: each page ends where the one it has begins. */
function beforeOf(page: number, head: number): number {
  return head + 1 - page * limits.pageSize
}

/** Places without end, the same ones for the same seed. */
export function openPlaces(size: Size, seed: number): () => Place {
  const chance = openSeeded(seed)
  const pages = Math.floor(size.messages / size.rooms / limits.pageSize)
  const rooms = openZipf({ count: size.rooms, exponent, random: chance.next })
  const depths = openZipf({ count: Math.max(1, pages - 1), exponent, random: chance.next })
  return () => {
    const [room, page] = [rooms.next(), depths.next()]
    const place = { roomId: idOf('room', room), userId: idOf('user', chance.below(size.users)) }
    return page === 0 ? place : { ...place, before: beforeOf(page, headOf(room, size)) }
  }
}

/** What a cache has to keep for a place to be a hit, whoever asks. */
export const keyOf = ({ roomId, before }: Place) => `${roomId}:${before ?? 'newest'}`
