/** Which page of which room is asked for: famous rooms more often, and their newest pages most. */
import { createHash } from 'node:crypto'
import { limits } from '#protocol/limits.ts'
import { openSeeded } from '../../../kit/seeded.ts'
import { openZipf } from '../instrument/zipf.ts'
import { headOf, type Size } from './seed.ts'

/** Without `before` it is the newest page. */
export type Place = { roomId: string; userId: string; before?: number; limit: number }

/** The id that Postgres gave to number `n` of a kind. */
export function idOf(kind: 'room' | 'user', n: number): string {
  const hash = createHash('md5').update(`${kind} ${n}`).digest('hex')
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-')
}

/** How much more often the first is asked for than the second: both of rooms, and of pages from the newest back. */
export const exponent = 1

/**
 * As a client scrolls: the newest page first, then one that reaches a little further, to where a page of the cache begins,
 * and from there on page by page.
 */
export function scrolled(page: number, head: number): { before?: number; limit: number } {
  const limit = limits.pageSize
  if (page === 0) return { limit }
  const first = head + 1 - limit
  const beyond = (first - 1) % limit
  return page === 1 ? { before: first, limit: limit + beyond } : { before: first - beyond - (page - 1) * limit, limit }
}

/** Pages of a room that are asked for, the newest counted. */
const pagesOf = ({ messages, rooms }: Size) => Math.max(1, Math.floor(messages / rooms / limits.pageSize) - 1)

type Spot = { room: number; page: number; user: number }

function placeOf({ room, page, user }: Spot, size: Size): Place {
  return { roomId: idOf('room', room), userId: idOf('user', user), ...scrolled(page, headOf(room, size)) }
}

/** Places without end, the same ones for the same seed. */
export function openPlaces(size: Size, seed: number): () => Place {
  const chance = openSeeded(seed)
  const rooms = openZipf({ count: size.rooms, exponent, random: chance.next })
  const pages = openZipf({ count: pagesOf(size), exponent, random: chance.next })
  return () => placeOf({ room: rooms.next(), page: pages.next(), user: chance.below(size.users) }, size)
}

/** Every page that is ever asked for, with how likely it is, the most famous first. */
function famous(size: Size): (Spot & { share: number })[] {
  const rooms = openZipf({ count: size.rooms, exponent, random: Math.random })
  const pages = openZipf({ count: pagesOf(size), exponent, random: Math.random })
  const spots = Array.from({ length: size.rooms * pagesOf(size) }, (_, n) => {
    const [room, page] = [n % size.rooms, Math.floor(n / size.rooms)]
    return { room, page, user: n % size.users, share: rooms.shareOf(room) * pages.shareOf(page) }
  })
  return spots.sort((one, other) => other.share - one.share)
}

export const allPlaces = (size: Size) => famous(size).map((spot) => placeOf(spot, size))
export const sharesOf = (size: Size) => Float64Array.from(famous(size), ({ share }) => share)

/** What a cache has to keep for a place to be a hit, whoever asks. */
export const keyOf = ({ roomId, before }: Place) => `${roomId}:${before ?? 'newest'}`
