/** Password hashes: the format others can read, the same cost for everybody, and never too many at once. */
import { argon2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { openPasswords } from '../../server/http/passwords.ts'
import type { Refusal } from '../../server/kit/refusal.ts'

const roomy = { atOnce: 2, maxWaiting: 100 }

test('a password verifies against its hash, another does not, and no two hashes are alike', async () => {
  const passwords = openPasswords(roomy)
  const [hash, again] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')])
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(hash).not.toBe(again)
  expect(await passwords.verify('correct horse', hash)).toBe(true)
  expect(await passwords.verify('correct horsf', hash)).toBe(false)
})

test('a hash made elsewhere with another cost still verifies', async () => {
  const nonce = Buffer.from('a salt of 16 byte')
  const tag = argon2Sync('argon2id', { message: 'shared', nonce, memory: 64, passes: 1, parallelism: 1, tagLength: 32 })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  const hash = `$argon2id$v=19$m=64,t=1,p=1$${base64(nonce)}$${base64(tag)}`
  expect(await openPasswords(roomy).verify('shared', hash)).toBe(true)
})

test('[X6] a name nobody has costs one hash of the full price, and never lets anybody in', async () => {
  const costs: object[] = []
  const passwords = openPasswords({
    ...roomy,
    derive: async (_password, _nonce, { tagLength, ...cost }) => {
      costs.push(cost)
      return Buffer.alloc(tagLength)
    },
  })
  expect(await passwords.verify('anything', null)).toBe(false)
  expect(costs).toEqual([{ memory: 19_456, passes: 2, parallelism: 1 }])
})

test('a hundred sign-ins at once are worked on two at a time, and more than may wait are refused at once', async () => {
  let working = 0
  let most = 0
  const free: (() => void)[] = []
  const passwords = openPasswords({
    atOnce: 2,
    maxWaiting: 98,
    derive: async (_password, _nonce, { tagLength }) => {
      most = Math.max(most, ++working)
      await new Promise<void>((resolve) => free.push(resolve))
      working -= 1
      return Buffer.alloc(tagLength)
    },
  })
  const hashes = Array.from({ length: 100 }, () => passwords.hash('a password'))
  await expect(passwords.hash('one more')).rejects.toMatchObject({ code: 'overloaded' } satisfies Partial<Refusal>)
  let left = hashes.length
  for (const hash of hashes) void hash.then(() => (left -= 1))
  while (left > 0) {
    free.shift()?.()
    await new Promise(setImmediate)
  }
  expect(most).toBe(2)
})

test('a failed hash gives its place back', async () => {
  let calls = 0
  const passwords = openPasswords({
    atOnce: 1,
    maxWaiting: 1,
    derive: async () => {
      calls += 1
      throw new Error('no memory')
    },
  })
  await expect(passwords.hash('first')).rejects.toThrow('no memory')
  await expect(passwords.hash('second')).rejects.toThrow('no memory')
  expect(calls).toBe(2)
})
