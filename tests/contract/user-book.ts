/** What every user book does, whatever it is made of. */
import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type OpenStore, openStage, wordFrom } from './stage.ts'

const uniqueName = () => `n${randomUUIDv7().slice(-12)}`

export function userBookContract(name: string, open: OpenStore): void {
  describe(`user book on ${name}`, () => {
    const { users } = openStage(open)
    const create = (username = uniqueName(), displayName = 'Ann') =>
      users().create({ username, displayName, passwordHash: 'hash' })

    test('a user is found by name and by id, with the hash only where it is asked for', async () => {
      const username = uniqueName()
      const ann = await create(username)
      expect(ann).toEqual({ id: ann.id, username, displayName: 'Ann', generation: 1 })
      expect(await users().byName(username)).toEqual({ ...ann, passwordHash: 'hash' })
      expect(await users().byId(ann.id)).toEqual({ ...ann, passwordHash: 'hash' })
      expect(await users().byIds([ann.id, randomUUIDv7(), ann.id])).toEqual([ann])
      expect(await users().byName(uniqueName())).toBeNull()
      expect(await users().byId(randomUUIDv7())).toBeNull()
      expect(await users().byIds([])).toEqual([])
    })

    test('a username is given once, also when several ask at once', async () => {
      const username = uniqueName()
      const words = await Promise.all([1, 2, 3, 4].map(() => wordFrom(create(username))))
      expect(words.sort()).toEqual(['ok', 'username-taken', 'username-taken', 'username-taken'])
    })

    test('[S8] a new password raises the generation, a new display name does not', async () => {
      const { id } = await create()
      expect(await users().change(id, { displayName: 'Anna' })).toMatchObject({ displayName: 'Anna', generation: 1 })
      expect(await users().change(id, {})).toMatchObject({ displayName: 'Anna', generation: 1 })
      expect(await users().setPassword(id, 'other')).toMatchObject({ generation: 2 })
      expect(await users().byId(id)).toMatchObject({ passwordHash: 'other', generation: 2 })
      expect(await wordFrom(users().change(randomUUIDv7(), { displayName: 'x' }))).toBe('not-found')
      expect(await wordFrom(users().setPassword(randomUUIDv7(), 'x'))).toBe('not-found')
    })

    test('a status is there as long as it says something, wherever its user is', async () => {
      const ann = await create(uniqueName(), 'Status Ann')
      const status = 'Out for lunch 🥪'
      expect(await users().change(ann.id, { status })).toEqual({ ...ann, status })
      expect(await users().change(ann.id, { displayName: 'Status Anna' })).toMatchObject({ status })
      expect(await users().byIds([ann.id])).toMatchObject([{ status }])
      expect(await users().byName(ann.username)).toMatchObject({ status })
      expect(await users().search('status anna')).toMatchObject([{ id: ann.id, status }])
      expect(await users().change(ann.id, { status: '' })).toEqual({ ...ann, displayName: 'Status Anna' })
      expect(await users().byId(ann.id)).not.toHaveProperty('status')
    })

    test('a search looks into both names, as written, whatever the case, by username, and is bounded', async () => {
      const word = uniqueName()
      const [one, two] = [await create(`a.${word}`), await create(uniqueName(), `100% ${word.toUpperCase()}`)]
      const found = await users().search(word)
      expect(found.map(({ id }) => id)).toEqual(
        [one.id, two.id].sort((a, b) => (a === one.id ? -1 : b === one.id ? 1 : 0)),
      )
      expect(found[0]).toEqual({ id: one.id, username: one.username, displayName: one.displayName })
      expect((await users().search(`0% ${word}`)).map(({ id }) => id)).toEqual([two.id])
      expect(await users().search(`a_${word}`)).toEqual([])
      for (let n = 0; n < 25; n++) await create()
      expect(await users().search('')).toHaveLength(20)
    })
  })
}
