/** What every message log does with reactions, whatever it is made of. */
import { describe, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { messageOf, type OpenStore, openStage, send, wordOf } from './stage.ts'

export function reactionsContract(name: string, open: OpenStore): void {
  describe(`reactions in the message log on ${name}`, () => {
    const { append, one, person, room } = openStage(open)

    test('reactions keep who chose in order, lose the last one whole, and have a bound on kinds', async () => {
      const [ann, bob] = [await person(), await person()]
      const roomId = await room('private', ann, [bob])
      await one(send(roomId, ann))
      const react = (userId: string, emoji: string, on: boolean) =>
        one({ kind: 'react', roomId, seq: 1, userId, emoji, on })
      await react(bob, '👍', true)
      expect(messageOf(await react(ann, '👍', true)).reactions).toEqual({ '👍': [bob, ann] })
      expect(messageOf(await react(bob, '👍', false)).reactions).toEqual({ '👍': [ann] })
      expect(messageOf(await react(ann, '👍', false))).not.toHaveProperty('reactions')
      for (let kind = 0; kind < limits.reactionKinds; kind++) await react(ann, `e${kind}`, true)
      expect(wordOf(await react(ann, 'one too many', true))).toBe('too-large')
      expect(wordOf(await react(bob, 'e0', true))).toBe('ok')
    })

    test('a message carries no more choices than a page can bear, and gives room to others when one is taken back', async () => {
      const [ann, late] = [await person(), await person()]
      const crowd = [ann]
      while (crowd.length * limits.reactionKinds < limits.reactionChoices) crowd.push(await person())
      const roomId = await room('private', ann, [...crowd, late])
      await one(send(roomId, ann))
      const kinds = Array.from({ length: limits.reactionKinds }, (_, kind) => `e${kind}`)
      const react = (userId: string, emoji: string, on: boolean) =>
        ({ kind: 'react', roomId, seq: 1, userId, emoji, on }) as const
      for (const userId of crowd) {
        const { outcomes } = await append(kinds.map((emoji) => react(userId, emoji, true)))
        expect(new Set(outcomes.map(wordOf))).toEqual(new Set(['ok']))
      }
      expect(wordOf(await one(react(late, 'e0', true)))).toBe('too-large')
      expect(wordOf(await one(react(ann, 'e0', true)))).toBe('ok') // it is there already
      expect(wordOf(await one(react(ann, 'e1', false)))).toBe('ok')
      expect(wordOf(await one(react(late, 'e0', true)))).toBe('ok')
    })
  })
}
