/** What blocking somebody does, whatever the store is made of. */
import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import type { Caller } from '../../server/store/room-book.ts'
import { admin, member, messageOf, type OpenStore, openStage, send, wordFrom, wordOf } from './stage.ts'

export function blockBookContract(name: string, open: OpenStore): void {
  describe(`block book on ${name}`, () => {
    const stage = openStage(open)
    const { append, one, person, room, blocks, book } = stage
    const block = (userId: string, blockedId: string) => blocks().put({ userId, blockedId })
    const direct = (userId: string, ...memberIds: string[]) =>
      wordFrom(book().create({ kind: 'direct', memberIds }, member(userId)))

    test('one blocks whom one likes, once, never oneself or nobody, and takes it back', async () => {
      const [ann, bob, cat] = [await person(), await person(), await person()]
      expect(await blocks().list(ann)).toEqual([])
      for (const who of [bob, cat, bob]) await block(ann, who)
      expect(new Set(await blocks().list(ann))).toEqual(new Set([bob, cat]))
      expect(await blocks().list(bob)).toEqual([])
      expect(await wordFrom(block(ann, ann))).toBe('forbidden')
      expect(await wordFrom(block(ann, randomUUIDv7()))).toBe('not-found')
      await block(cat, ann)
      const lists = await blocks().listsOf([ann, bob, cat])
      expect(new Set(lists.keys())).toEqual(new Set([ann, cat]))
      expect([new Set(lists.get(ann)), lists.get(cat)]).toEqual([new Set([bob, cat]), [ann]])
      for (const _twice of [1, 2]) await blocks().drop({ userId: ann, blockedId: bob })
      expect(await blocks().list(ann)).toEqual([cat])
    })

    test('[M4] nobody is brought into a room by whom they blocked, an admin or not; the other way round they are', async () => {
      const [ann, bob, cat] = [await person(), await person(), await person()]
      await block(ann, bob)
      expect([await direct(bob, ann), await direct(bob, ann, cat)]).toEqual(['forbidden', 'forbidden'])
      const made = { kind: 'private' as const, title: 'A trap', memberIds: [cat, ann] }
      expect(await wordFrom(book().create(made, member(bob)))).toBe('forbidden')
      expect(await book().standings(ann)).toEqual([])
      const roomId = await room('public', bob, [cat])
      const add = (caller: Caller) => wordFrom(book().putMember({ roomId, userId: ann }, caller))
      const words = [await add(member(bob)), await add(admin(bob)), await add(member(cat))]
      expect(words).toEqual(['forbidden', 'forbidden', 'ok'])
      expect(await wordFrom(book().putMember({ roomId, userId: ann, role: 'owner' }, member(bob)))).toBe('ok')
      expect(await direct(ann, bob)).toBe('ok')
      expect(await direct(bob, ann)).toBe('ok') // it is there
    })

    test('[M4] in a room of two, whom one blocked says nothing more and may only take back', async () => {
      const [ann, bob, cat] = [await person(), await person(), await person()]
      const [two, three] = [await room('direct', ann, [bob]), await room('direct', ann, [bob, cat])]
      const draft = send(two, bob, 'before')
      await append([draft, send(two, ann, 'hello'), send(three, bob, 'all')])
      await block(ann, bob)
      const at = { roomId: two, userId: bob, admin: false }
      const { outcomes, commits } = await append([
        draft,
        send(two, bob, 'after'),
        send(three, bob, 'to all'),
        send(two, ann, 'I may'),
        { kind: 'edit', ...at, seq: 1, body: 'after all' },
        { kind: 'react', ...at, seq: 2, emoji: '👍', on: true },
        { kind: 'pin', ...at, seq: 2, on: true },
        { kind: 'delete', ...at, seq: 1 },
      ])
      const words = ['ok', 'forbidden', 'ok', 'ok', 'forbidden', 'forbidden', 'forbidden', 'ok']
      expect(outcomes.map(wordOf)).toEqual(words)
      const revs = new Map(commits.map(({ roomId, rev }) => [roomId, rev]))
      expect([revs.get(two), revs.get(three)]).toEqual([5, 3])
      await blocks().drop({ userId: ann, blockedId: bob })
      expect(messageOf(await one(send(two, bob, 'again')))).toMatchObject({ seq: 4 })
    })

    test('[M4] a mention by somebody one blocked does not count, in a new message or an edited one', async () => {
      const name = `ann-${randomUUIDv7().slice(-6)}`
      const [ann, bob] = [await person(name), await person()]
      const roomId = await room('private', bob, [ann])
      const mentions = async () => (await book().standings(ann))[0]?.mentions
      await block(ann, bob)
      await append([send(roomId, bob, `@${name}`), send(roomId, bob, 'hey')])
      await one({ kind: 'edit', roomId, seq: 2, userId: bob, admin: false, body: `hey @${name}` })
      expect(await mentions()).toBe(0)
      await blocks().drop({ userId: ann, blockedId: bob })
      await one(send(roomId, bob, `@${name}!`))
      expect(await mentions()).toBe(1)
    })

    test('there is an end to whom one can block, and room again when one is let go', async () => {
      const ann = await person()
      const crowd: string[] = []
      while (crowd.length < limits.blocked) {
        const some = await Promise.all(Array.from({ length: 8 }, () => person()))
        await Promise.all(some.map((who) => block(ann, who)))
        crowd.push(...some)
      }
      const [last, first = ''] = [await person(), crowd[0]]
      expect(await wordFrom(block(ann, last))).toBe('too-large')
      expect(await wordFrom(block(ann, first))).toBe('ok')
      await blocks().drop({ userId: ann, blockedId: first })
      expect(await wordFrom(block(ann, last))).toBe('ok')
    })
  })
}
