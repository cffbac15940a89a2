import { IDBFactory } from 'fake-indexeddb'
import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import type { Message } from '#protocol/wire.ts'
import { openDisk } from '../../../client/engine/disk.ts'
import { openIndexedVault } from '../../../client/engine/indexed-vault.ts'
import type { RoomWrite } from '../../../client/engine/shelf-room.ts'
import { openSturdyVault } from '../../../client/engine/sturdy-vault.ts'
import { openMemoryVault, type Vault } from '../../../client/engine/vault.ts'
import { openManualClock } from '../../kit/manual-clock.ts'

const vaults: [string, () => Promise<Vault>][] = [
  ['memory', async () => openMemoryVault()],
  ['IndexedDB', () => openIndexedVault(new IDBFactory(), 'parley', () => {})],
]

const row = (seq: number, rev = seq): Message => ({
  roomId: 'hall',
  seq,
  rev,
  id: `id-${seq}`,
  authorId: 'ada',
  body: `${seq} at ${rev}`,
  sentAt: '',
})
const rowsTo = (head: number, from = 1) => Array.from({ length: head - from + 1 }, (_, index) => row(from + index))
const user = (id: string) => ({ id, username: id, displayName: id })
const draft = (id: string, order: number) => ({ id, roomId: 'hall', body: id, createdAt: '', order, tab: 'tab' })

function write(rows: Message[], base: number, rev: number, more: Partial<RoomWrite> = {}): RoomWrite {
  const head = rows.at(-1)?.seq ?? 0
  return {
    position: { epoch: 'one', rev },
    head,
    base,
    changed: rows.filter((one) => one.rev > base),
    all: () => rows,
    ...more,
  }
}

describe.each(vaults)('a disk in %s', (_name, openVault) => {
  test('keeps the rows of a room with their position, and a change on top', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    expect(await shelf.room('hall')).toBeNull()
    await shelf.putRoom('hall', write(rowsTo(10), Number.MAX_SAFE_INTEGER, 10))
    await shelf.putRoom(
      'hall',
      write(
        [...rowsTo(11).filter(({ seq }) => seq !== 3), row(3, 12)].sort((a, b) => a.seq - b.seq),
        10,
        12,
      ),
    )
    const kept = await shelf.room('hall')
    expect(kept?.position).toEqual({ epoch: 'one', rev: 12 })
    expect(kept?.head).toBe(11)
    expect(kept?.rows.map(({ seq, rev }) => [seq, rev])).toEqual(
      rowsTo(11).map(({ seq }) => [seq, seq === 3 ? 12 : seq]),
    )
  })

  test('keeps a room without a message, too, and reading it harms nothing', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    await shelf.putRoom('hall', { position: { epoch: 'one', rev: 1 }, head: 0, base: 0, changed: [], all: () => [] })
    expect(await shelf.room('hall')).toMatchObject({ position: { rev: 1 }, head: 0, rows: [] })
  })

  test('never lets an older state replace a newer one, whichever tab brings it', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    await shelf.putRoom('hall', write([row(1), row(2, 9)], Number.MAX_SAFE_INTEGER, 9))
    await shelf.putRoom('hall', write(rowsTo(2), Number.MAX_SAFE_INTEGER, 5))
    await shelf.putRoom('hall', write(rowsTo(2), 1, 5))
    expect((await shelf.room('hall'))?.position.rev).toBe(9)
    expect((await shelf.room('hall'))?.rows.at(-1)?.rev).toBe(9)
  })

  test('takes everything anew when a change does not join on, or comes from another history', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    await shelf.putRoom('hall', write(rowsTo(5), Number.MAX_SAFE_INTEGER, 5))
    await shelf.putRoom('hall', write(rowsTo(30, 21), 20, 30))
    expect((await shelf.room('hall'))?.rows.map(({ seq }) => seq)).toEqual(rowsTo(30, 21).map(({ seq }) => seq))
    await shelf.putRoom('hall', write(rowsTo(2), 30, 2, { position: { epoch: 'two', rev: 2 } }))
    expect(await shelf.room('hall')).toMatchObject({ position: { epoch: 'two', rev: 2 }, head: 2 })
    await shelf.putRoom('hall', write(rowsTo(1), 1, 1, { position: { epoch: 'two', rev: 1 }, rewound: true }))
    expect(await shelf.room('hall')).toMatchObject({ position: { epoch: 'two', rev: 1 }, head: 1 })
  })

  test('bounds the rows of a room, without a hole', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    await shelf.putRoom('hall', write(rowsTo(150), Number.MAX_SAFE_INTEGER, 150))
    for (let head = 160; head <= 600; head += 10) await shelf.putRoom('hall', write(rowsTo(head), head - 10, head))
    const rows = (await shelf.room('hall'))?.rows ?? []
    expect(rows.length).toBeGreaterThanOrEqual(200)
    expect(rows.length).toBeLessThanOrEqual(400)
    expect(rows.at(-1)?.seq).toBe(600)
  })

  test('knows members, also when nothing else changed', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    const members = [{ userId: 'ada', role: 'owner' as const, lastRead: 0, joinedAt: '' }]
    await shelf.putRoom('hall', write(rowsTo(2), Number.MAX_SAFE_INTEGER, 2))
    await shelf.putRoom('hall', write(rowsTo(2), 2, 2, { members }))
    expect((await shelf.room('hall'))?.members).toEqual(members)
  })

  test('keeps drafts in their order, texts by room, and notes', async () => {
    const shelf = openDisk(await openVault()).shelf('ada')
    for (const [id, order] of [
      ['b', 2],
      ['c', 3],
      ['a', 1],
    ] as const)
      await shelf.putDraft(draft(id, order))
    await shelf.dropDraft('b')
    expect((await shelf.drafts()).map(({ id }) => id)).toEqual(['a', 'c'])
    await shelf.putText('hall', 'half a')
    await shelf.putText('yard', 'x')
    await shelf.putText('yard', '')
    expect(await shelf.texts()).toEqual(new Map([['hall', 'half a']]))
    await shelf.putNote('lastRoom', 'hall')
    expect(await shelf.note('lastRoom')).toBe('hall')
    expect(await shelf.note('else')).toBeNull()
  })

  test('[S9] keeps users apart: another one finds nothing, and the first only what was unsent', async () => {
    const disk = openDisk(await openVault())
    const ada = disk.shelf('ada')
    await disk.enter(user('ada'))
    await ada.putRoom('hall', write(rowsTo(2), Number.MAX_SAFE_INTEGER, 2))
    await ada.putDraft(draft('a', 1))
    await disk.enter(user('adam'))
    expect((await disk.lastUser())?.id).toBe('adam')
    expect(await disk.shelf('adam').drafts()).toEqual([])
    expect(await ada.room('hall')).toBeNull()
    expect(await ada.drafts()).toHaveLength(1)
  })

  test('[S9] is empty of whoever signed out, and of nobody else', async () => {
    const disk = openDisk(await openVault())
    await disk.enter(user('ada'))
    for (const id of ['ada', 'adam']) {
      await disk.shelf(id).putDraft(draft('a', 1))
      await disk.shelf(id).putText('hall', 'half a')
      await disk.shelf(id).putNote('lastRoom', 'hall')
    }
    await disk.leave('ada', true)
    expect(await disk.lastUser()).toBeNull()
    expect(await disk.shelf('ada').drafts()).toEqual([])
    expect(await disk.shelf('ada').texts()).toEqual(new Map())
    expect(await disk.shelf('ada').note('lastRoom')).toBeNull()
    expect(await disk.shelf('adam').drafts()).toHaveLength(1)
  })

  test('[S9] of a tab that learns late that another has signed out, no rows stay behind', async () => {
    const disk = openDisk(await openVault())
    await disk.enter(user('ada'))
    await disk.leave('ada', true)
    await disk.shelf('ada').putRoom('hall', write(rowsTo(2), Number.MAX_SAFE_INTEGER, 2))
    await disk.leave('ada', false)
    expect(await disk.shelf('ada').room('hall')).toBeNull()
  })

  test('a transaction that fails leaves nothing behind', async () => {
    const vault = await openVault()
    await vault.transact('write', async (keys) => keys.put('a', 1))
    const failing = vault.transact('write', async (keys) => {
      keys.put('a', 2)
      keys.put('b', 2)
      await keys.get('a')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await vault.transact('read', (keys) => keys.all('a', 'b'))).toEqual([1])
  })

  test('writers do not interleave', async () => {
    const vault = await openVault()
    const raise = () =>
      vault.transact('write', async (keys) => keys.put('count', Number((await keys.get('count')) ?? 0) + 1))
    await Promise.all(Array.from({ length: 20 }, raise))
    expect(await vault.transact('read', (keys) => keys.get('count'))).toBe(20)
  })
})

describe('a disk that cannot be had', () => {
  const silent = () => new Promise<never>(() => {})
  const broken = async (): Promise<Vault> => ({ transact: () => Promise.reject(new Error('full')), close() {} })

  test.each([
    ['refused', () => Promise.reject(new Error('private window'))],
    ['silent', silent],
    ['broken later', broken],
    ['silent later', async (): Promise<Vault> => ({ transact: silent, close() {} })],
  ])('%s: memory takes over, and the fault is told once', async (_name, open) => {
    const clock = openManualClock()
    const faults: unknown[] = []
    const opening = openSturdyVault({ open, clock, onFault: (fault) => faults.push(fault) })
    await clock.advance(2_000)
    const vault = await opening
    const put = vault.transact('write', async (keys) => keys.put('a', 1))
    await clock.advance(4_000)
    await put
    expect(await vault.transact('read', (keys) => keys.get('a'))).toBe(1)
    expect(faults).toHaveLength(1)
  })
})
