/** Passwords as argon2id hashes, worked out off the event loop and never so many at once that they exhaust the machine. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Refusal } from '../kit/refusal.ts'

type Cost = { memory: number; passes: number; parallelism: number }
type Derive = (password: string, nonce: Buffer, cost: Cost & { tagLength: number }) => Promise<Buffer>

type Needs = { atOnce: number; maxWaiting: number; derive?: Derive }

export type Passwords = {
  /** A PHC string under a fresh salt. */
  hash(password: string): Promise<string>
  /** Whether it is the password; with `null`, for a name nobody has, it costs the same and is `false`. [X6] */
  verify(password: string, hash: string | null): Promise<boolean>
}

/** OWASP's least for argon2id: 19 MiB, two passes, one lane; about 40 ms. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/
const nobody = phc(Buffer.alloc(16), Buffer.alloc(tagLength))

const argon2Async = promisify(argon2)
const deriveArgon2id: Derive = (password, nonce, { memory, passes, parallelism, tagLength }) =>
  argon2Async('argon2id', { message: password, nonce, memory, passes, parallelism, tagLength })

/** Both verbs refuse `overloaded` at once when too many wait already. */
export function openPasswords({ atOnce, maxWaiting, derive = deriveArgon2id }: Needs): Passwords {
  const waiting: (() => void)[] = []
  let working = 0

  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (waiting.length >= maxWaiting) throw new Refusal('overloaded', { retryInMs: 1_000 })
    if (working >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else working += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) working -= 1
      else next() // hands its place on
    }
  }

  return {
    async hash(password) {
      const nonce = randomBytes(16)
      return phc(nonce, await inTurn(() => derive(password, nonce, { ...cost, tagLength })))
    },
    async verify(password, hash) {
      const [, memory, passes, parallelism, salt = '', tag = ''] = pattern.exec(hash ?? nobody) ?? []
      const wanted = Buffer.from(tag, 'base64')
      if (wanted.length < 16) throw new Error('unable to verify a password; its hash is not a PHC string of argon2id')
      const stored = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
      const nonce = Buffer.from(salt, 'base64')
      const found = await inTurn(() => derive(password, nonce, { ...stored, tagLength: wanted.length }))
      return timingSafeEqual(found, wanted) && hash !== null
    },
  }
}

function phc(nonce: Buffer, tag: Buffer): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(tag)}`
}
