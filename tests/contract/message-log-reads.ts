/** What every message log answers to readers, whatever it is made of. */
import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { must } from '../../server/kit/must.ts'
import { member, messageOf, type OpenStore, openStage, send, wordFrom } from './stage.ts'

export function messageReadsContract(name: string, open: OpenStore): void {
  describe(`reads of the message log on ${name}`, () => {
    const stage = openStage(open)
    const { append, one, person, room } = stage

    async function filled(count: number, people = 1) {
      const ann = await person()
      const others = await Promise.all(Array.from({ length: people - 1 }, () => person()))
      const roomId = await room('private', ann, others)
      await append(Array.from({ length: count }, (_, n) => send(roomId, ann, `${n + 1}`)))
      return { ann, roomId }
    }

    test('a page is a range of seqs: the newest, before, after or around', async () => {
      const { ann: userId, roomId } = await filled(20)
      const seqs = async (bounds: { before?: number; after?: number; around?: number }) => {
        const { rev, head, messages } = await stage.log().page({ roomId, userId, limit: 4, ...bounds })
        expect({ rev, head }).toEqual({ rev: 21, head: 20 })
        return messages.map(({ seq }) => seq)
      }
      expect(await seqs({})).toEqual([17, 18, 19, 20])
      expect(await seqs({ before: 10 })).toEqual([6, 7, 8, 9])
      expect(await seqs({ before: 3 })).toEqual([1, 2])
      expect(await seqs({ before: 1 })).toEqual([])
      expect(await seqs({ before: 1_000_000 })).toEqual([17, 18, 19, 20])
      expect(await seqs({ after: 0 })).toEqual([1, 2, 3, 4])
      expect(await seqs({ after: 18 })).toEqual([19, 20])
      expect(await seqs({ after: 20 })).toEqual([])
      expect(await seqs({ around: 10 })).toEqual([8, 9, 10, 11])
      expect(await seqs({ around: 1 })).toEqual([1, 2, 3, 4])
      expect(await seqs({ around: 20 })).toEqual([17, 18, 19, 20])
    })

    test('an empty room has an empty page', async () => {
      const { ann: userId, roomId } = await filled(0)
      const page = { rev: 1, head: 0, messages: [] }
      for (const bounds of [{}, { before: 1 }, { after: 0 }, { around: 1 }])
        expect(await stage.log().page({ roomId, userId, limit: 50, ...bounds })).toEqual(page)
    })

    test('[X5] a private room is read as if it did not exist by whoever is not in it; a public one by anybody', async () => {
      const [ann, bob] = [await person(), await person()]
      const [closed, open_] = [await room('private', ann), await room('public', ann)]
      for (const roomId of [closed, randomUUIDv7()]) {
        expect(await wordFrom(stage.log().page({ roomId, userId: bob, limit: 50 }))).toBe('not-found')
        expect(await wordFrom(stage.since({ roomId, userId: bob, rev: 0, limit: 50 }))).toBe('not-found')
      }
      expect(await stage.log().page({ roomId: open_, userId: bob, limit: 50 })).toMatchObject({ head: 0 })
      expect(await stage.since({ roomId: open_, userId: bob, rev: 1, limit: 50 })).toMatchObject({ readers: [bob] })
    })

    test('[R9] what came after a rev is every row changed after it, in order of seq, with the room', async () => {
      const { ann, roomId } = await filled(5)
      await append([
        { kind: 'edit', roomId, seq: 4, userId: ann, admin: false, body: 'four' },
        { kind: 'react', roomId, seq: 2, userId: ann, emoji: 'x', on: true },
      ])
      const since = await stage.since({ roomId, userId: ann, rev: 5, limit: 50 })
      expect(since).toMatchObject({
        rev: 8,
        head: 5,
        room: { id: roomId, memberCount: 1 },
      })
      expect(since.messages === 'too-many' ? [] : since.messages.map(({ seq, rev }) => [seq, rev])).toEqual([
        [2, 8],
        [4, 7],
        [5, 6],
      ])
      expect(since.members).toMatchObject([{ userId: ann, lastRead: 5 }]) // few enough to see how far each has read
      expect((await stage.since({ roomId, userId: ann, rev: 8, limit: 50 })).messages).toEqual([])
    })

    test('[R8] [X5] many positions are answered at once, each for those who may read there, and those alone', async () => {
      const { ann, roomId } = await filled(3)
      const [bob, eve] = [await person(), await person()]
      const open_ = await room('public', bob)
      const at = (roomId: string, userIds: string[], rev: number) => ({ roomId, userIds, rev, limit: 50 })
      const asked = [at(roomId, [bob, ann, eve], 3), at(randomUUIDv7(), [ann], 1), at(roomId, [eve], 3)]
      const found = await stage.log().since([...asked, at(open_, [eve, ann], 1), at(roomId, [ann], 4)])
      expect(found).toMatchObject([
        { room: { id: roomId }, rev: 4, readers: [ann], messages: [{ seq: 3 }] },
        null,
        null,
        { room: { id: open_ }, rev: 1, readers: [eve, ann], messages: [] },
        { room: { id: roomId }, rev: 4, readers: [ann], messages: [] },
      ])
      expect(await stage.log().since([])).toEqual([])
    })

    test('[R12] more than the limit is too many; that, rev 0 and a rev beyond the room’s bring the members along', async () => {
      const { ann, roomId } = await filled(5)
      const since = (rev: number, limit: number) => stage.since({ roomId, userId: ann, rev, limit })
      expect(await since(2, 4)).toMatchObject({ messages: { length: 4 } })
      expect(await since(1, 4)).toMatchObject({ messages: 'too-many', members: [{ userId: ann, role: 'owner' }] })
      expect(await since(0, 50)).toMatchObject({ messages: { length: 5 }, members: [{ userId: ann }] })
      expect(await since(7, 50)).toMatchObject({ rev: 6, messages: [], members: [{ userId: ann }] })
    })

    test('[R9] a change of membership or of the room itself raises the rev; only the former brings the members', async () => {
      const { ann, roomId } = await filled(1, limits.readShown + 1)
      const bob = await person()
      await stage.book().change({ roomId, title: 'Renamed' }, member(ann))
      const renamed = await stage.since({ roomId, userId: ann, rev: 2, limit: 50 })
      expect(renamed).toMatchObject({ rev: 3, room: { title: 'Renamed' }, messages: [] })
      expect(renamed).not.toHaveProperty('members')
      await stage.book().putMember({ roomId, userId: bob }, member(ann))
      const joined = await stage.since({ roomId, userId: ann, rev: 3, limit: 50 })
      expect(joined).toMatchObject({ rev: 4, room: { memberCount: limits.readShown + 2 }, messages: [] })
      expect(joined.members?.map(({ userId }) => userId)).toEqual(expect.arrayContaining([ann, bob]))
    })

    test('in a small room a resume tells how far everybody has read, though nothing else is new', async () => {
      const { ann, roomId } = await filled(3, 2)
      const { rev } = await stage.since({ roomId, userId: ann, rev: 0, limit: 50 })
      const readBy = async () => {
        const { messages, members } = await stage.since({ roomId, userId: ann, rev, limit: 50 })
        expect(messages).toEqual([])
        return members?.find(({ userId }) => userId !== ann)
      }
      const bob = must(await readBy(), 'there is another one')
      expect(bob.lastRead).toBe(0)
      await stage.book().read({ roomId, userId: bob.userId, seq: 2 })
      expect(await readBy()).toEqual({ ...bob, lastRead: 2 })
    })

    test('[A1] a stretch is cut at a rev, so that the next one goes on from there without a hole', async () => {
      const { ann, roomId } = await filled(5)
      await append([{ kind: 'edit', roomId, seq: 2, userId: ann, admin: false, body: 'two' }])
      const seen = new Map<number, number>()
      let from = 1
      for (let round = 0; round < 10 && from < 7; round++) {
        const stretch = await stage.log().changes({ roomId, from, limit: 2 })
        for (const { seq, rev } of stretch?.messages ?? []) seen.set(seq, rev)
        expect(stretch).toMatchObject({ head: 5, membersMoved: false })
        expect(stretch?.rev).toBeGreaterThan(from)
        from = stretch?.rev ?? 0
      }
      expect([...seen]).toEqual([
        [1, 2],
        [3, 4],
        [4, 5],
        [5, 6],
        [2, 7],
      ])
      await stage.book().change({ roomId, topic: 'News' }, member(ann))
      const moved = await stage.log().changes({ roomId, from: 7, limit: 2 })
      expect(moved).toMatchObject({ rev: 8, messages: [], room: { topic: 'News' }, membersMoved: false })
      expect(await stage.log().changes({ roomId: randomUUIDv7(), from: 0, limit: 2 })).toBeNull()
    })

    test('[L4] ids are read back: what exists, in order of seq', async () => {
      const { ann, roomId } = await filled(1)
      const drafts = [send(roomId, ann, 'a'), send(roomId, ann, 'b')]
      const { outcomes } = await append(drafts)
      const ids = [...drafts.map(({ id }) => id).reverse(), randomUUIDv7()]
      expect(await stage.log().find(roomId, ids)).toEqual(outcomes.map(messageOf))
      expect(await stage.log().find(randomUUIDv7(), ids)).toEqual([])
    })

    test('revs are told for the rooms that exist, and the epoch does not change', async () => {
      const { ann, roomId } = await filled(3)
      await one({ kind: 'delete', roomId, seq: 1, userId: ann, admin: false })
      expect(await stage.log().revs([roomId, randomUUIDv7()])).toEqual(new Map([[roomId, { rev: 5, head: 3 }]]))
      expect(await stage.log().revs([])).toEqual(new Map())
      expect(await stage.log().epoch()).toMatch(/\S{8,}/)
      expect(await stage.log().epoch()).toBe(await stage.log().epoch())
    })
  })
}
