/** What every lease cache promises: Redis keeps it, and the one in memory that stands in for it. */
import { expect, test } from 'vitest'
import type { LeaseCache } from '../../server/cache/lease-cache.ts'
import type { Marks } from '../../server/cache/marks.ts'
import { readLines, writeLines } from '../../server/cache/page-text.ts'
import { eventually } from '../kit/eventually.ts'

/** Leases of these caches hold for 150 ms, marks for 300 ms. */
export type OpenLeaseCache = () => Promise<LeaseCache & Marks>

const key = '{room}:page:1'
const kept = (value: string) => ({ value, ttlMs: 60_000 })

async function filled(leases: LeaseCache, at: string, value: string): Promise<LeaseCache> {
  await leases.lease(at, 'filler')
  expect(await leases.fill(at, 'filler', kept(value))).toBe(true)
  return leases
}

const tail = (rev: number, first: number, lines: string[]) =>
  writeLines({ rev, head: first + lines.length - 1, first, lines })

export function leaseCacheContract(name: string, open: OpenLeaseCache): void {
  const it = (promise: string, check: (leases: LeaseCache & Marks) => Promise<void>) =>
    test(`${promise} (${name})`, async () => await check(await open()))

  it('[C1] a miss gives one lease, whoever comes later is told to wait, and a fill answers all', async (leases) => {
    expect(await leases.look([key])).toEqual([null])
    expect(await leases.lease(key, 'one')).toEqual({ kind: 'leased' })
    expect(await leases.lease(key, 'two')).toEqual({ kind: 'busy' })
    expect(await leases.fill(key, 'one', kept('value'))).toBe(true)
    expect(await leases.look([key, '{room}:page:2'])).toEqual(['value', null])
    expect(await leases.lease(key, 'two')).toEqual({ kind: 'hit', value: 'value' })
  })

  it('what is kept comes as bytes, too', async (leases) => {
    await filled(leases, key, 'a value 🐢')
    expect(await leases.lookBytes([key, '{room}:page:2'])).toEqual([Buffer.from('a value 🐢'), null])
  })

  it('[C2] a lease that an invalidation revoked cannot fill, nor can somebody without one', async (leases) => {
    await leases.lease(key, 'one')
    await leases.invalidate([key])
    expect(await leases.fill(key, 'one', kept('old'))).toBe(false)
    expect(await leases.lease(key, 'two')).toEqual({ kind: 'leased' })
    expect(await leases.fill(key, 'one', kept('old'))).toBe(false)
    expect(await leases.look([key])).toEqual([null])
    expect(await leases.fill(key, 'two', kept('new'))).toBe(true)
    expect(await leases.look([key])).toEqual(['new'])
  })

  it('[C1] the lease of a dead reader runs out; if it was only slow, it fills no more', async (leases) => {
    await leases.lease(key, 'dead')
    await eventually(async () => expect(await leases.lease(key, 'heir')).toEqual({ kind: 'leased' }))
    expect(await leases.fill(key, 'dead', kept('old'))).toBe(false)
    expect(await leases.fill(key, 'heir', kept('new'))).toBe(true)
  })

  it('[C1] a lease that is renewed in time does not run out; a lost one cannot be renewed', async (leases) => {
    await leases.lease(key, 'slow')
    const until = performance.now() + 400 // more than two leases
    await eventually(
      async () => {
        expect(await leases.renew(key, 'slow')).toBe(true)
        expect(await leases.lease(key, 'other')).toEqual({ kind: 'busy' })
        return performance.now() > until
      },
      { everyMs: 20 },
    )
    expect(await leases.renew(key, 'other')).toBe(false)
    await leases.invalidate([key])
    expect(await leases.renew(key, 'slow')).toBe(false)
    expect(await leases.lease(key, 'other')).toEqual({ kind: 'leased' })
  })

  it('a lease given back is free at once; nobody gives back a stranger’s', async (leases) => {
    await leases.lease(key, 'one')
    await leases.release(key, 'two')
    expect(await leases.lease(key, 'two')).toEqual({ kind: 'busy' })
    await leases.release(key, 'one')
    expect(await leases.lease(key, 'two')).toEqual({ kind: 'leased' })
  })

  it('[C5] a value lives as long as it was given', async (leases) => {
    await leases.lease(key, 'one')
    await leases.fill(key, 'one', { value: 'value', ttlMs: 50 })
    await eventually(async () => expect(await leases.look([key])).toEqual([null]))
  })

  it('invalidation of several deletes them all', async (leases) => {
    await filled(leases, key, 'a')
    await filled(leases, '{room}:tail', 'b')
    await filled(leases, '{another}:tail', 'c')
    await leases.invalidate([key, '{room}:tail', '{room}:page:9', '{another}:tail'])
    expect(await leases.look([key, '{room}:tail'])).toEqual([null, null])
    expect(await leases.look(['{another}:tail'])).toEqual([null])
  })

  it('[C8] a value is being written until every writer has said that it is done', async (leases) => {
    expect(await leases.marked([key, '{room}:tail'])).toEqual([false, false])
    await leases.mark([key], 'one')
    await leases.mark([key, '{room}:tail'], 'two')
    expect(await leases.marked([key, '{room}:tail'])).toEqual([true, true])
    await leases.unmark([key, '{room}:tail'], ['two'])
    expect(await leases.marked([key, '{room}:tail'])).toEqual([true, false])
    await leases.mark([key, '{another}:tail'], 'three')
    await leases.unmark([key], ['one'])
    expect(await leases.marked([key, '{another}:tail'])).toEqual([true, true])
    await leases.mark([key], 'four')
    await leases.unmark([key, '{another}:tail'], ['three', 'four', 'five'])
    expect(await leases.marked([key, '{another}:tail'])).toEqual([false, false])
  })

  it('[C8] the mark of a dead writer runs out, whatever others do', async (leases) => {
    await leases.mark([key], 'dead')
    await leases.mark([key], 'other')
    await leases.unmark([key], ['other'])
    expect(await leases.marked([key])).toEqual([true])
    await eventually(async () => expect(await leases.marked([key])).toEqual([false]))
  })

  it('[C4] a tail exactly at base grows in place, line by line', async (leases) => {
    await filled(leases, key, tail(7, 51, ['a', 'b']))
    const extension = { base: 7, rev: 9, head: 54, longest: 150, first: 53, lines: ['c', 'd'] }
    expect(await leases.extend(key, extension)).toBe('extended')
    const [text] = await leases.look([key])
    expect(readLines(text ?? '')).toEqual({ rev: 9, head: 54, first: 51, lines: ['a', 'b', 'c', 'd'] })
    const change = { base: 9, rev: 10, head: 54, longest: 150, first: 55, lines: [] }
    expect(await leases.extend(key, change)).toBe('extended')
    const [later] = await leases.look([key])
    expect(readLines(later ?? '')).toEqual({ rev: 10, head: 54, first: 51, lines: ['a', 'b', 'c', 'd'] })
  })

  it('[C4] an empty tail grows', async (leases) => {
    await filled(leases, key, tail(1, 1, []))
    const first = { base: 1, rev: 3, head: 2, longest: 150, first: 1, lines: ['a', 'b'] }
    expect(await leases.extend(key, first)).toBe('extended')
    const [text] = await leases.look([key])
    expect(readLines(text ?? '')).toEqual({ rev: 3, head: 2, first: 1, lines: ['a', 'b'] })
  })

  it('[C4] a tail that cannot grow is dropped; one that knows the commit stays', async (leases) => {
    const two = { base: 7, rev: 9, head: 54, longest: 150, first: 53, lines: ['c', 'd'] }
    expect(await leases.extend(key, two)).toBe('absent')
    for (const [rev, extension] of [
      [6, two],
      [8, two],
      [7, { ...two, first: 54, lines: ['d'] }],
      [7, { ...two, first: 52, lines: ['B', 'c', 'd'] }],
      [7, { ...two, longest: 3 }],
    ] as const) {
      await filled(leases, key, tail(rev, 51, ['a', 'b']))
      expect(await leases.extend(key, extension)).toBe('dropped')
      expect(await leases.look([key])).toEqual([null])
    }
    await filled(leases, key, tail(9, 51, ['a', 'b', 'c', 'd']))
    expect(await leases.extend(key, two)).toBe('known')
    expect(await leases.look([key])).toEqual([tail(9, 51, ['a', 'b', 'c', 'd'])])
  })

  it('[C2] a commit revokes the lease of whoever is just reading the tail', async (leases) => {
    await leases.lease(key, 'reader')
    await leases.extend(key, { base: 1, rev: 2, head: 1, longest: 150, first: 1, lines: ['a'] })
    expect(await leases.fill(key, 'reader', kept(tail(1, 1, [])))).toBe(false)
  })

  it('[A1] a tail that has not got as far as its room is dropped', async (leases) => {
    await filled(leases, key, tail(7, 1, ['a']))
    await leases.outdate(key, 7)
    expect(await leases.look([key])).toEqual([tail(7, 1, ['a'])])
    await leases.outdate(key, 8)
    expect(await leases.look([key])).toEqual([null])
    await leases.lease(key, 'reader')
    await leases.outdate(key, 8)
    expect(await leases.fill(key, 'reader', kept(tail(7, 1, ['a'])))).toBe(false)
  })
}
