/** What every room book does, whatever it is made of. */
import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { member, type OpenStore, openStage, send, wordFrom, wordOf } from './stage.ts'

/** Resolves in another millisecond: what moves then moved later. */
function nextMoment(): Promise<unknown> {
  const began = Date.now()
  return eventually(() => Date.now() > began, { everyMs: 1 })
}

export function roomBookContract(name: string, open: OpenStore): void {
  describe(`room book on ${name}`, () => {
    const stage = openStage(open)
    const { person, room } = stage

    test('a new room is at rev 1, has its creator as owner and everybody named as members', async () => {
      const [ann, bob] = [await person(), await person()]
      const wanted = { kind: 'private', title: 'Tea', topic: 'and cake', memberIds: [bob, ann, bob] } as const
      const created = await stage.book().create(wanted, member(ann))
      expect(created).toMatchObject({ base: 0, rev: 1, head: 0, members: { left: [] } })
      const { id, createdAt, ...rest } = created.room
      expect(rest).toEqual({
        kind: 'private',
        title: 'Tea',
        topic: 'and cake',
        ownerId: ann,
        archived: false,
        memberCount: 2,
      })
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)
      const roles = new Map(created.members?.joined.map(({ userId, role }) => [userId, role]))
      expect(roles).toEqual(
        new Map([
          [ann, 'owner'],
          [bob, 'member'],
        ]),
      )
      expect(await stage.book().get({ roomId: id, userId: bob })).toMatchObject({
        room: created.room,
        head: 0,
        rev: 1,
        member: { userId: bob },
      })
      expect(await wordFrom(stage.book().create({ ...wanted, memberIds: [randomUUIDv7()] }, member(ann)))).toBe(
        'not-found',
      )
    })

    test('a direct room exists once per set of members, also when several ask at once', async () => {
      const [ann, bob, cat] = [await person(), await person(), await person()]
      const asks = [
        stage.book().create({ kind: 'direct', memberIds: [bob] }, member(ann)),
        stage.book().create({ kind: 'direct', memberIds: [ann] }, member(bob)),
        stage.book().create({ kind: 'direct', memberIds: [bob, ann] }, member(ann)),
        stage.book().create({ kind: 'direct', memberIds: [ann, bob] }, member(bob)),
      ]
      const made = await Promise.all(asks)
      expect(new Set(made.map((change) => change.room.id)).size).toBe(1)
      expect(made.filter(({ base, rev }) => base < rev)).toHaveLength(1)
      expect(made[0]?.room).toMatchObject({ kind: 'direct', ownerId: null, memberCount: 2, title: '' })
      const three = await stage.book().create({ kind: 'direct', memberIds: [bob, cat] }, member(ann))
      expect(three.room.id).not.toBe(made[0]?.room.id)
    })

    test('[M1] each change of a room or its members takes the next rev and says the span to announce', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('public', ann)
      const book = stage.book()
      expect(await book.change({ roomId, title: 'New', topic: 'Old' }, member(ann))).toMatchObject({
        base: 1,
        rev: 2,
        room: { title: 'New', topic: 'Old' },
      })
      const joined = await book.putMember({ roomId, userId: bob }, member(bob))
      expect(joined).toMatchObject({
        base: 2,
        rev: 3,
        room: { memberCount: 2 },
        members: { joined: [{ userId: bob, role: 'member' }], left: [] },
      })
      await stage.one(send(roomId, bob))
      const left = await book.removeMember({ roomId, userId: bob }, member(bob))
      expect(left).toMatchObject({
        base: 4,
        rev: 5,
        head: 1,
        room: { memberCount: 1 },
        members: { joined: [], left: [bob] },
      })
    })

    test('what is so already changes nothing and is not announced', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('public', ann, [bob])
      const book = stage.book()
      const { room: title } = await book.get({ roomId, userId: ann })
      const same = [
        await book.change({ roomId, title: title.title, archived: false }, member(ann)),
        await book.change({ roomId }, member(ann)),
        await book.putMember({ roomId, userId: bob }, member(ann)),
        await book.putMember({ roomId, userId: ann }, member(ann)),
        await book.putMember({ roomId, userId: ann, role: 'owner' }, member(ann)),
        await book.removeMember({ roomId, userId: await person() }, member(ann)),
      ]
      for (const change of same) {
        expect(change).toMatchObject({ base: 1, rev: 1 })
        expect(change).not.toHaveProperty('members')
      }
    })

    test('who joins has read what was there; reading keeps the maximum of all devices and never passes the head', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('public', ann)
      await stage.append([send(roomId, ann), send(roomId, ann)])
      const { members } = await stage.book().putMember({ roomId, userId: bob }, member(bob))
      expect(members?.joined).toMatchObject([{ userId: bob, lastRead: 2 }])
      await stage.append([send(roomId, ann), send(roomId, ann)])
      const at = { roomId, userId: bob }
      const book = stage.book()
      expect(await book.read({ ...at, seq: 3 })).toEqual({ lastRead: 3, moved: true, memberCount: 2 })
      expect(await book.read({ ...at, seq: 2 })).toEqual({ lastRead: 3, moved: false, memberCount: 2 })
      expect(await book.read({ ...at, seq: 99 })).toMatchObject({ lastRead: 4, moved: true })
      expect(await book.unread({ ...at, seq: 1 })).toMatchObject({ lastRead: 1, moved: true })
      expect(await book.unread({ ...at, seq: 3 })).toMatchObject({ lastRead: 1, moved: false })
      expect((await book.standings(bob))[0]).toMatchObject({ head: 4, rev: 6, lastRead: 1, mentions: 0 })
    })

    test('a room is handed over: the former owner stays a member; an owner who leaves leaves it without one', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      const book = stage.book()
      const handed = await book.putMember({ roomId, userId: bob, role: 'owner' }, member(ann))
      expect(handed.room.ownerId).toBe(bob)
      expect(new Map(handed.members?.joined.map(({ userId, role }) => [userId, role]))).toEqual(
        new Map([
          [ann, 'member'],
          [bob, 'owner'],
        ]),
      )
      expect(await wordFrom(book.change({ roomId, title: 'Mine still' }, member(ann)))).toBe('forbidden')
      expect((await book.removeMember({ roomId, userId: bob }, member(bob))).room.ownerId).toBeNull()
      expect(await wordFrom(book.change({ roomId, title: 'Nobody’s' }, member(ann)))).toBe('forbidden')
    })

    test('an owner who steps down leaves the room without one', async () => {
      const ann = await person()
      const roomId = await room('public', ann)
      const change = await stage.book().putMember({ roomId, userId: ann, role: 'member' }, member(ann))
      expect(change).toMatchObject({ room: { ownerId: null }, members: { joined: [{ userId: ann, role: 'member' }] } })
    })

    test('[M1] who was removed writes nothing more, and sees no more of a private room', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      await stage.one(send(roomId, bob, 'mine'))
      await stage.book().removeMember({ roomId, userId: bob }, member(ann))
      const { outcomes } = await stage.append([
        send(roomId, bob),
        { kind: 'edit', roomId, seq: 1, userId: bob, admin: false, body: 'x' },
        { kind: 'delete', roomId, seq: 1, userId: bob, admin: false },
        { kind: 'react', roomId, seq: 1, userId: bob, emoji: 'x', on: true },
      ])
      expect(outcomes.map(wordOf)).toEqual(['not-found', 'not-found', 'not-found', 'not-found'])
      expect(await wordFrom(stage.book().get({ roomId, userId: bob }))).toBe('not-found')
      expect(await stage.book().standings(bob)).toEqual([])
    })

    test('[X5] every call about a private room refuses a stranger as it does for a room that does not exist', async () => {
      const [ann, bob] = [await person(), await person()]
      const book = stage.book()
      for (const roomId of [await room('private', ann), randomUUIDv7()]) {
        const calls = [
          book.get({ roomId, userId: bob }),
          book.change({ roomId, title: 'x' }, member(bob)),
          book.putMember({ roomId, userId: bob }, member(bob)),
          book.putMember({ roomId, userId: randomUUIDv7() }, member(bob)),
          book.removeMember({ roomId, userId: ann }, member(bob)),
          book.read({ roomId, userId: bob, seq: 1 }),
          book.unread({ roomId, userId: bob, seq: 1 }),
          book.prefer({ roomId, userId: bob }, { favourite: true }),
        ]
        expect(await Promise.all(calls.map(wordFrom))).toEqual(calls.map(() => 'not-found'))
      }
    })

    test('open rooms are found by their title as it is written, the largest first; archived and closed ones are not', async () => {
      const [ann, bob] = [await person(), await person()]
      const word = `w${randomUUIDv7()}`
      const make = async (title: string, memberIds: string[] = [], kind: 'public' | 'private' = 'public') =>
        (await stage.book().create({ kind, title, memberIds }, member(ann))).room
      const [small, large] = [await make(`${word} 100%`), await make(`x ${word.toUpperCase()} 1000`, [bob])]
      await make(`${word} closed`, [], 'private')
      const old = await make(`${word} old`)
      await stage.book().change({ roomId: old.id, archived: true }, member(ann))
      const titles = async (q: string) => (await stage.book().listPublic(q)).map(({ title }) => title)
      expect(await titles(word)).toEqual([large.title, small.title])
      expect(await titles(`${word} 100%`)).toEqual([small.title])
      expect(await titles(`${word}_1`)).toEqual([])
      expect(await titles(`${word} 1\\`)).toEqual([])
    })

    test('one’s rooms come with those that moved last first', async () => {
      const ann = await person()
      const [red, blue] = [await room('private', ann), await room('public', ann)]
      await nextMoment()
      await stage.one(send(red, ann))
      expect((await stage.book().standings(ann)).map((standing) => standing.room.id)).toEqual([red, blue])
      const bob = await person()
      const all = await stage.book().standingsOf([bob, ann])
      expect([...all]).toEqual([[ann, await stage.book().standings(ann)]])
      await nextMoment()
      await stage.one(send(blue, ann))
      expect((await stage.book().listMine(ann)).map(({ id }) => id)).toEqual([blue, red])
    })

    test('[M2] memberships are told for every user asked for, members for every room', async () => {
      const [ann, bob] = [await person(), await person()]
      const [red, blue] = [await room('private', ann, [bob]), await room('public', ann)]
      const memberships = await stage.book().memberships([ann, bob, await person()])
      expect([...memberships.values()]).toEqual([new Set([red, blue]), new Set([red]), new Set()])
      const members = await stage.book().membersOf([red, blue])
      expect(new Set(members.get(red))).toEqual(new Set([ann, bob]))
      expect(members.get(blue)).toEqual([ann])
      expect(new Set((await stage.book().members(red)).map(({ userId }) => userId))).toEqual(new Set([ann, bob]))
    })
  })
}
