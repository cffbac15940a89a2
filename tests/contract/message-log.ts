/** What every message log does with writes, whatever it is made of. */
import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { must } from '../../server/kit/must.ts'
import { member, messageOf, type OpenStore, openStage, send, wordOf } from './stage.ts'

export function messageLogContract(name: string, open: OpenStore): void {
  describe(`message log on ${name}`, () => {
    const stage = openStage(open)
    const { append, one, person, room, all } = stage

    test('[R1] seqs of a batch over several rooms have no holes, and each commit says the span it covers', async () => {
      const ann = await person()
      const [red, blue] = [await room('public', ann), await room('private', ann)]
      const drafts = [send(red, ann, '1'), send(blue, ann, 'one'), send(red, ann, '2'), send(red, ann, '3')]
      const { outcomes, commits } = await append(drafts)
      expect(outcomes.map((outcome) => messageOf(outcome).seq)).toEqual([1, 1, 2, 3])
      expect(outcomes.map((outcome) => outcome.ok && outcome.rev)).toEqual([2, 2, 3, 4])
      const byRoom = new Map(commits.map((commit) => [commit.roomId, commit]))
      expect(byRoom.get(red)).toMatchObject({ base: 1, rev: 4, head: 3 })
      expect(byRoom.get(blue)).toMatchObject({ base: 1, rev: 2, head: 1 })
      expect(byRoom.get(red)?.messages.map(({ seq, body }) => `${seq} ${body}`)).toEqual(['1 1', '2 2', '3 3'])
      expect(await all(red, ann)).toEqual(byRoom.get(red)?.messages)
    })

    test('a message has the fields of the wire and no others', async () => {
      const ann = await person()
      const roomId = await room('private', ann)
      const draft = send(roomId, ann, 'a "quoted" line\nand 🦜 \\ more')
      const message = messageOf(await one(draft))
      expect(message.sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Math.abs(Date.parse(message.sentAt) - Date.now())).toBeLessThan(60_000)
      const { id, body } = draft
      expect(message).toEqual({ roomId, seq: 1, rev: 2, id, authorId: ann, body, sentAt: message.sentAt })
      const reply = messageOf(await one(send(roomId, ann, 'yes', { replyTo: 1 })))
      expect(reply).toMatchObject({ seq: 2, replyTo: 1 })
    })

    test('[L3] a resent draft is its message: known, not announced, nothing raised', async () => {
      const ann = await person()
      const roomId = await room('private', ann)
      const draft = send(roomId, ann)
      const first = messageOf(await one(draft))
      expect(await append([draft])).toEqual({
        outcomes: [{ ok: true, rev: 2, message: first, known: true }],
        commits: [],
      })
      expect(await stage.log().revs([roomId])).toEqual(new Map([[roomId, { rev: 2, head: 1 }]]))
    })

    test('[L3] a draft that stands twice in a batch becomes one message', async () => {
      const ann = await person()
      const roomId = await room('private', ann)
      const draft = send(roomId, ann)
      const { outcomes, commits } = await append([draft, { ...draft }, send(roomId, ann, 'next')])
      expect(outcomes.map((outcome) => messageOf(outcome).seq)).toEqual([1, 1, 2])
      expect(outcomes.map((outcome) => outcome.ok && outcome.known)).toEqual([undefined, true, undefined])
      expect(commits).toMatchObject([{ base: 1, rev: 3, head: 2 }])
    })

    test("[L3] somebody else's id, or one's own with other words, is taken, for that draft alone", async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      const draft = send(roomId, ann)
      await one(draft)
      const replayed = { ...draft, authorId: bob }
      const reworded = { ...draft, body: 'other words' }
      const readdressed = { ...draft, replyTo: 1 }
      const { outcomes } = await append([replayed, reworded, readdressed, send(roomId, bob, 'mine')])
      expect(outcomes.map(wordOf)).toEqual(['id-taken', 'id-taken', 'id-taken', 'ok'])
      const id = randomUUIDv7()
      const together = [send(roomId, ann, 'a', { id }), send(roomId, bob, 'a', { id }), send(roomId, ann, 'b', { id })]
      expect((await append(together)).outcomes.map(wordOf)).toEqual(['ok', 'id-taken', 'id-taken'])
      expect((await all(roomId, ann)).map(({ body }) => body)).toEqual(['hello', 'mine', 'a'])
    })

    test('[L3] the same id in another room is another message', async () => {
      const ann = await person()
      const [red, blue] = [await room('private', ann), await room('private', ann)]
      const id = randomUUIDv7()
      const { outcomes } = await append([send(red, ann, 'a', { id }), send(blue, ann, 'b', { id })])
      expect(outcomes.map(wordOf)).toEqual(['ok', 'ok'])
    })

    test('[L3] a draft that was committed is known after its message was edited, deleted, or its author removed', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      const [edited, deleted, left] = [send(roomId, bob, 'a'), send(roomId, bob, 'b'), send(roomId, bob, 'c')]
      await append([edited, deleted, left])
      await append([
        { kind: 'edit', roomId, seq: 1, userId: bob, admin: false, body: 'A' },
        { kind: 'delete', roomId, seq: 2, userId: bob, admin: false },
      ])
      await stage.book().removeMember({ roomId, userId: bob }, member(ann))
      const { outcomes, commits } = await append([edited, deleted, left, send(roomId, bob, 'late')])
      expect(outcomes.map(wordOf)).toEqual(['ok', 'ok', 'ok', 'not-found'])
      expect(outcomes.slice(0, 3).map((outcome) => messageOf(outcome).body)).toEqual(['A', null, 'c'])
      expect(commits).toEqual([])
    })

    test('[L3] [M2] a draft sent again by somebody removed tells nothing of what came after', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      const draft = send(roomId, bob, 'mine')
      await append([draft])
      const reaction = await one({ kind: 'react', roomId, seq: 1, userId: ann, emoji: '👀', on: true })
      expect((await append([draft])).outcomes.map(messageOf)).toEqual([messageOf(reaction)])
      await stage.book().removeMember({ roomId, userId: bob }, member(ann))
      const [outcome] = (await append([draft])).outcomes
      const { reactions: _, ...own } = messageOf(reaction)
      expect(messageOf(must(outcome, 'it was answered'))).toEqual(own)
    })

    test('[L8] drafts that may not be refuse alone; the others of the batch are committed in order', async () => {
      const [ann, bob] = [await person(), await person()]
      const [open_, closed] = [await room('public', ann), await room('private', ann)]
      const nowhere = randomUUIDv7()
      const writes = [
        send(open_, ann, 'one'),
        send(open_, bob, 'not a member'),
        send(closed, bob, 'not a member'),
        send(nowhere, ann, 'no room'),
        send(open_, randomUUIDv7(), 'nobody'),
        send(open_, ann, 'reply to nothing', { replyTo: 7 }),
        send(open_, ann, 'two'),
      ]
      const { outcomes, commits } = await append(writes)
      expect(outcomes.map(wordOf)).toEqual([
        'ok',
        'forbidden',
        'not-found',
        'not-found',
        'forbidden',
        'bad-input',
        'ok',
      ])
      expect(commits).toMatchObject([{ roomId: open_, base: 1, rev: 3, head: 2 }])
      expect((await all(open_, ann)).map(({ body }) => body)).toEqual(['one', 'two'])
    })

    test('an own send is read, and a mention counts for a member who is named, until read', async () => {
      const [ann, bob, cat] = [await person(), await person('bob.jr'), await person('cat')]
      const roomId = await room('private', ann, [bob])
      await append([send(roomId, ann, 'see @Bob.JR, @cat, @nobody and @bob.jr.'), send(roomId, ann, 'bob.jr')])
      const standingOf = async (userId: string) => (await stage.book().standings(userId))[0]
      expect(await standingOf(ann)).toMatchObject({ head: 2, lastRead: 2, mentions: 0 })
      expect(await standingOf(bob)).toMatchObject({ head: 2, lastRead: 0, mentions: 1 })
      expect(await standingOf(cat)).toBeUndefined()
      await append([{ kind: 'edit', roomId, seq: 2, userId: ann, admin: false, body: 'hey @bob.jr' }])
      expect(await standingOf(bob)).toMatchObject({ mentions: 2 })
      await append([{ kind: 'delete', roomId, seq: 1, userId: ann, admin: false }])
      expect(await standingOf(bob)).toMatchObject({ mentions: 1 })
      await stage.book().read({ roomId, userId: bob, seq: 2 })
      expect(await standingOf(bob)).toMatchObject({ lastRead: 2, mentions: 0 })
    })

    test('each change takes the next rev; the commit has the last state of what it changed', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      await append([send(roomId, ann, 'a'), send(roomId, ann, 'b')])
      const { outcomes, commits } = await append([
        { kind: 'react', roomId, seq: 1, userId: bob, emoji: '👍', on: true },
        { kind: 'edit', roomId, seq: 1, userId: ann, admin: false, body: 'A' },
        { kind: 'delete', roomId, seq: 2, userId: ann, admin: false },
      ])
      expect(outcomes).toMatchObject([{ rev: 4 }, { rev: 5 }, { rev: 6 }])
      expect(commits).toMatchObject([{ base: 3, rev: 6, head: 2 }])
      const [first, second] = commits[0]?.messages ?? []
      expect(first).toMatchObject({ seq: 1, rev: 5, body: 'A', reactions: { '👍': [bob] } })
      expect(first?.editedAt).toMatch(/Z$/)
      expect(new Set(Object.keys(second ?? {}))).toEqual(
        new Set(['authorId', 'body', 'deletedAt', 'id', 'rev', 'roomId', 'sentAt', 'seq']),
      )
      expect(second).toMatchObject({ seq: 2, rev: 6, body: null })
    })

    test('what is so already raises nothing: same body, deleted twice, reaction chosen twice or never', async () => {
      const ann = await person()
      const roomId = await room('private', ann)
      await append([send(roomId, ann, 'a'), send(roomId, ann, 'b')])
      const react = { kind: 'react', roomId, seq: 1, userId: ann, emoji: '👍', on: true } as const
      const remove = { kind: 'delete', roomId, seq: 2, userId: ann, admin: false } as const
      await append([react, remove])
      const { outcomes, commits } = await append([
        react,
        remove,
        { ...react, emoji: '👎', on: false },
        { kind: 'edit', roomId, seq: 1, userId: ann, admin: false, body: 'a', onRev: 1 },
      ])
      expect(outcomes).toMatchObject([{ rev: 4 }, { rev: 5 }, { rev: 4 }, { rev: 4 }])
      expect(commits).toEqual([])
    })

    test('an edit on an older rev, and any change of a tombstone, is a conflict; a seq that is not there is not found', async () => {
      const ann = await person()
      const roomId = await room('private', ann)
      await append([send(roomId, ann, 'a'), send(roomId, ann, 'b')])
      const edit = { kind: 'edit', roomId, seq: 1, userId: ann, admin: false } as const
      expect(wordOf(await one({ ...edit, body: 'A', onRev: 1 }))).toBe('conflict')
      expect(wordOf(await one({ ...edit, body: 'A', onRev: 2 }))).toBe('ok')
      await one({ kind: 'delete', roomId, seq: 2, userId: ann, admin: false })
      expect(wordOf(await one({ ...edit, seq: 2, body: 'B' }))).toBe('conflict')
      expect(wordOf(await one({ kind: 'react', roomId, seq: 2, userId: ann, emoji: 'x', on: true }))).toBe('conflict')
      expect(wordOf(await one({ ...edit, seq: 3, body: 'C' }))).toBe('not-found')
    })

    test('an archived room takes deletions only', async () => {
      const ann = await person()
      const roomId = await room('public', ann)
      await one(send(roomId, ann))
      await stage.book().change({ roomId, archived: true }, member(ann))
      const { outcomes } = await append([
        send(roomId, ann),
        { kind: 'edit', roomId, seq: 1, userId: ann, admin: false, body: 'x' },
        { kind: 'react', roomId, seq: 1, userId: ann, emoji: 'x', on: true },
        { kind: 'pin', roomId, seq: 1, userId: ann, on: true },
        { kind: 'delete', roomId, seq: 1, userId: ann, admin: false },
      ])
      expect(outcomes.map(wordOf)).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden', 'ok'])
    })
  })
}
