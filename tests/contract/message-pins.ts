/** What every message log does with pins, whatever it is made of. */
import { describe, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { messageOf, type OpenStore, openStage, send, wordFrom, wordOf } from './stage.ts'

export function pinsContract(name: string, open: OpenStore): void {
  describe(`pins in the message log on ${name}`, () => {
    const { append, one, person, room, log, since } = openStage(open)
    const pin = (roomId: string, userId: string, seq: number, on = true) =>
      ({ kind: 'pin', roomId, seq, userId, on }) as const

    test('a pin is a change with a rev of its own, says who and when, and leaves the rest of the message alone', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      await append([send(roomId, ann, 'keep this'), send(roomId, ann, 'hey')])
      await one({ kind: 'react', roomId, seq: 1, userId: bob, emoji: '👍', on: true })
      const before = messageOf(
        await one({ kind: 'edit', roomId, seq: 1, userId: ann, admin: false, body: 'Keep this' }),
      )
      const { outcomes, commits } = await append([pin(roomId, bob, 1)])
      const pinned = messageOf(outcomes[0])
      expect(pinned).toEqual({ ...before, rev: 6, pinnedBy: bob, pinnedAt: pinned.pinnedAt })
      expect(Math.abs(Date.parse(pinned.pinnedAt ?? '') - Date.now())).toBeLessThan(60_000)
      expect(commits).toMatchObject([{ base: 5, rev: 6, messages: [pinned] }])
      expect((await since({ roomId, userId: ann, rev: 5, limit: 9 })).messages).toEqual([pinned])
      expect(messageOf(await one(pin(roomId, ann, 1, false)))).toEqual({ ...before, rev: 7 })
      expect(await log().pins({ roomId, userId: ann })).toEqual([])
    })

    test('pinned twice it stays as it was pinned first; a change of the message keeps its pin, a tombstone loses it', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      await append([send(roomId, ann, 'a'), send(roomId, ann, 'b')])
      const first = messageOf(await one(pin(roomId, bob, 1)))
      const again = await append([pin(roomId, ann, 1), pin(roomId, ann, 2, false)])
      expect(again.commits).toEqual([])
      expect(messageOf(again.outcomes[0])).toEqual(first)
      const edited = messageOf(await one({ kind: 'edit', roomId, seq: 1, userId: ann, admin: false, body: 'A' }))
      expect(edited).toMatchObject({ pinnedBy: bob, pinnedAt: first.pinnedAt })
      expect(await log().pins({ roomId, userId: bob })).toEqual([edited])
      const gone = messageOf(await one({ kind: 'delete', roomId, seq: 1, userId: ann, admin: false }))
      expect(gone).not.toHaveProperty('pinnedAt')
      expect(gone).not.toHaveProperty('pinnedBy')
      expect(await log().pins({ roomId, userId: bob })).toEqual([])
      expect(wordOf(await one(pin(roomId, ann, 1)))).toBe('conflict')
      expect(wordOf(await one(pin(roomId, ann, 1, false)))).toBe('ok')
      expect(wordOf(await one(pin(roomId, ann, 3)))).toBe('not-found')
    })

    test('pins come newest first, and there are no more than a list can bear', async () => {
      const ann = await person()
      const roomId = await room('public', ann)
      const many = limits.pins + 1
      for (let sent = 0; sent < many; sent++) await append([send(roomId, ann, String(sent + 1))])
      const { outcomes } = await append(Array.from({ length: many }, (_, index) => pin(roomId, ann, index + 1)))
      expect(outcomes.map(wordOf)).toEqual([...Array.from({ length: limits.pins }, () => 'ok'), 'too-large'])
      await one(pin(roomId, ann, 7, false))
      expect(wordOf(await one(pin(roomId, ann, many)))).toBe('ok')
      const pins = await log().pins({ roomId, userId: await person() })
      expect(pins).toHaveLength(limits.pins)
      const order = pins.map(({ pinnedAt, seq }) => `${pinnedAt} ${String(seq).padStart(4, '0')}`)
      expect(order).toEqual(order.toSorted((a, b) => (a < b ? 1 : -1)))
      expect(pins.some(({ seq }) => seq === 7)).toBe(false)
    })

    test('[X5] the pins of a private room are there for its members alone', async () => {
      const [ann, eve] = [await person(), await person()]
      const roomId = await room('private', ann)
      expect(await log().pins({ roomId, userId: ann })).toEqual([])
      expect(await wordFrom(log().pins({ roomId, userId: eve }))).toBe('not-found')
    })
  })
}
