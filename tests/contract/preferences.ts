/** What a room is to each of its members, whatever the store is made of. */
import { describe, expect, test } from 'vitest'
import { member, type OpenStore, openStage } from './stage.ts'

export function preferencesContract(name: string, open: OpenStore): void {
  describe(`preferences on ${name}`, () => {
    const stage = openStage(open)
    const { person, room } = stage

    test('[M5] what one makes of a room is one’s own, changes one thing at a time, raises nothing, and ends with leaving', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('public', ann, [bob])
      const book = stage.book()
      const at = { roomId, userId: bob }
      const of = async (userId: string) => {
        const { favourite, muted } = (await book.standings(userId))[0] ?? {}
        return [favourite, muted]
      }
      expect(await of(bob)).toEqual([false, false])
      expect(await book.prefer(at, { favourite: true })).toEqual({ favourite: true, muted: false, moved: true })
      expect(await book.prefer(at, { muted: true })).toEqual({ favourite: true, muted: true, moved: true })
      expect(await book.prefer(at, {})).toEqual({ favourite: true, muted: true, moved: false })
      expect(await book.prefer(at, { favourite: false, muted: true })).toMatchObject({ favourite: false, moved: true })
      expect([await of(bob), await of(ann)]).toEqual([
        [false, true],
        [false, false],
      ])
      expect((await stage.log().revs([roomId])).get(roomId)).toEqual({ rev: 1, head: 0 })
      expect(JSON.stringify(await book.members(roomId))).not.toContain('muted')
      await book.removeMember(at, member(bob))
      await book.putMember(at, member(bob))
      expect(await of(bob)).toEqual([false, false])
    })
  })
}
