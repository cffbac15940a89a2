/** The table of who may do what (API.md), cell by cell, held against whatever store there is. [M3] */
import { beforeAll, describe, expect, test } from 'vitest'
import type { RefusalCode } from '#protocol/refusals.ts'
import type { Caller } from '../../server/store/room-book.ts'
import { admin, member, type OpenStore, openStage, type Stage, send, wordFrom, wordOf } from './stage.ts'

type Kind = 'public' | 'private' | 'direct'
/** `author` is a plain member who wrote the message in question; a direct room has no owner. */
type Who = 'owner' | 'author' | 'member' | 'admin member' | 'admin' | 'stranger'
type Cast = Record<Who, Caller>
type Scene = { stage: Stage; roomId: string; cast: Cast; me: Caller }

const everybody: Who[] = ['owner', 'author', 'member', 'admin member', 'admin', 'stranger']

const deeds: Record<string, (scene: Scene) => Promise<'ok' | 'busy' | RefusalCode>> = {
  read: ({ stage, roomId, me }) => wordFrom(stage.log().page({ roomId, userId: me.userId, limit: 50 })),
  resume: ({ stage, roomId, me }) => wordFrom(stage.since({ roomId, userId: me.userId, rev: 0, limit: 50 })),
  look: ({ stage, roomId, me }) => wordFrom(stage.book().get({ roomId, userId: me.userId })),
  mark: ({ stage, roomId, me }) => wordFrom(stage.book().read({ roomId, userId: me.userId, seq: 1 })),
  unmark: ({ stage, roomId, me }) => wordFrom(stage.book().unread({ roomId, userId: me.userId, seq: 0 })),
  prefer: ({ stage, roomId, me }) => wordFrom(stage.book().prefer({ roomId, userId: me.userId }, { muted: true })),
  send: async ({ stage, roomId, me }) => wordOf(await stage.one(send(roomId, me.userId))),
  react: async ({ stage, roomId, me }) =>
    wordOf(await stage.one({ kind: 'react', roomId, seq: 1, userId: me.userId, emoji: '👍', on: true })),
  pin: async ({ stage, roomId, me }) =>
    wordOf(await stage.one({ kind: 'pin', roomId, seq: 1, userId: me.userId, on: true })),
  'see pins': ({ stage, roomId, me }) => wordFrom(stage.log().pins({ roomId, userId: me.userId })),
  edit: async ({ stage, roomId, me }) =>
    wordOf(await stage.one({ kind: 'edit', roomId, seq: 1, ...me, body: `edited by ${me.userId}` })),
  delete: async ({ stage, roomId, me }) => wordOf(await stage.one({ kind: 'delete', roomId, seq: 1, ...me })),
  join: ({ stage, roomId, me }) => wordFrom(stage.book().putMember({ roomId, userId: me.userId }, me)),
  leave: ({ stage, roomId, me }) => wordFrom(stage.book().removeMember({ roomId, userId: me.userId }, me)),
  add: async ({ stage, roomId, me }) => wordFrom(stage.book().putMember({ roomId, userId: await stage.person() }, me)),
  remove: ({ stage, roomId, cast, me }) =>
    wordFrom(stage.book().removeMember({ roomId, userId: anybodyBut(cast, me) }, me)),
  rename: ({ stage, roomId, me }) => wordFrom(stage.book().change({ roomId, title: `of ${me.userId}` }, me)),
  archive: ({ stage, roomId, me }) => wordFrom(stage.book().change({ roomId, archived: true }, me)),
  'hand over': ({ stage, roomId, cast, me }) =>
    wordFrom(stage.book().putMember({ roomId, userId: anybodyBut(cast, me), role: 'owner' }, me)),
}

/** A plain member who is somebody else. */
const anybodyBut = ({ author, member: other }: Cast, me: Caller) => (me === author ? other : author).userId

/** Who may; everybody else is refused: `forbidden` where the room shows itself to them, `not-found` where not. */
const may: Record<Kind, Record<string, Who[]>> = {
  public: {
    ...rows(['read', 'resume', 'look', 'see pins', 'join', 'leave'], everybody),
    ...rows(['mark', 'unmark', 'prefer', 'send', 'react', 'pin'], ['owner', 'author', 'member', 'admin member']),
    ...rows(['edit'], ['author']),
    ...rows(['delete'], ['owner', 'author', 'admin member', 'admin']),
    ...rows(['add'], ['owner', 'author', 'member', 'admin member', 'admin']),
    ...rows(['remove', 'rename', 'archive', 'hand over'], ['owner', 'admin member', 'admin']),
  },
  private: {
    ...rows(
      [
        'read',
        'resume',
        'look',
        'see pins',
        'join',
        'leave',
        'mark',
        'unmark',
        'prefer',
        'send',
        'react',
        'pin',
        'add',
      ],
      ['owner', 'author', 'member', 'admin member'],
    ),
    ...rows(['edit'], ['author']),
    ...rows(['delete'], ['owner', 'author']),
    ...rows(['remove', 'rename', 'archive', 'hand over'], ['owner', 'admin member']),
  },
  direct: {
    ...rows(
      ['read', 'resume', 'look', 'see pins', 'mark', 'unmark', 'prefer', 'send', 'react', 'pin'],
      ['author', 'member', 'admin member'],
    ),
    ...rows(['edit', 'delete'], ['author']),
    ...rows(['join', 'leave', 'add', 'remove', 'rename', 'archive', 'hand over'], []),
  },
}

function rows(names: string[], who: Who[]): Record<string, Who[]> {
  return Object.fromEntries(names.map((name) => [name, who]))
}

function expected(kind: Kind, deed: string, who: Who): 'ok' | RefusalCode {
  if (may[kind][deed]?.includes(who) === true) return 'ok'
  return kind !== 'public' && (who === 'admin' || who === 'stranger') ? 'not-found' : 'forbidden'
}

const cells = (['public', 'private', 'direct'] as const).flatMap((kind) =>
  Object.keys(deeds).flatMap((deed) =>
    everybody
      .filter((who) => kind !== 'direct' || who !== 'owner')
      .map((who) => ({ kind, deed, who, word: expected(kind, deed, who) })),
  ),
)

export function rightsContract(name: string, open: OpenStore): void {
  describe(`rights on ${name}`, () => {
    const stage = openStage(open)
    let cast: Cast

    beforeAll(async () => {
      const [owner, author, other] = [await stage.person(), await stage.person(), await stage.person()]
      const [inside, outside, stranger] = [await stage.person(), await stage.person(), await stage.person()]
      cast = {
        owner: member(owner),
        author: member(author),
        member: member(other),
        'admin member': admin(inside),
        admin: admin(outside),
        stranger: member(stranger),
      }
    })

    /** A direct room exists once per set of members: another extra makes it another one. */
    async function scene(kind: Kind): Promise<{ roomId: string; revs: () => Promise<unknown> }> {
      const { author, member: other, 'admin member': inside, owner } = cast
      const members = [author.userId, other.userId, inside.userId]
      const extra = kind === 'direct' ? [await stage.person()] : []
      const roomId = await stage.room(kind, kind === 'direct' ? author.userId : owner.userId, [...members, ...extra])
      await stage.one(send(roomId, author.userId))
      return { roomId, revs: async () => (await stage.log().revs([roomId])).get(roomId) }
    }

    test.each(cells)('[M3] $kind room, $who: $deed is $word', async ({ kind, deed, who, word }) => {
      const { roomId, revs } = await scene(kind)
      const before = await revs()
      expect(await deeds[deed]?.({ stage, roomId, cast, me: cast[who] })).toBe(word)
      if (word !== 'ok') expect(await revs()).toEqual(before)
    })
  })
}
