/** Who exists, by what name, with what password hash, in which generation. [S8] */
import { randomUUIDv7 } from 'node:crypto'
import type { User } from '#protocol/wire.ts'
import { Refusal } from '../kit/refusal.ts'
import { isTaken } from './faults.ts'
import type { Prisma } from './generated/client.ts'
import { literal } from './pattern.ts'
import type { Postgres } from './postgres.ts'

/** `generation` is raised by every change of the password: sessions of an older one are over. [S8] */
export type UserRecord = User & { generation: number }

export type Credentials = UserRecord & { passwordHash: string }

export type UserBook = {
  /** Refuses `username-taken`. */
  create(user: { username: string; displayName: string; passwordHash: string }): Promise<UserRecord>
  byName(username: string): Promise<Credentials | null>
  byId(id: string): Promise<Credentials | null>
  /** In no order; ids that do not exist are missing. */
  byIds(ids: readonly string[]): Promise<UserRecord[]>
  /** Whose username or display name contains `q`, 20 at most, by username; an empty `q` finds the first 20. */
  search(q: string): Promise<User[]>
  /** Refuses `not-found`. */
  change(id: string, change: { displayName?: string | undefined; status?: string | undefined }): Promise<UserRecord>
  /** Replaces the hash and raises the generation in one statement; resolves with it. Refuses `not-found`. [S8] */
  setPassword(id: string, passwordHash: string): Promise<UserRecord>
}

const found = 20
const person = { id: true, username: true, displayName: true, status: true } as const
const record = { ...person, generation: true } as const
const credentials = { ...record, passwordHash: true } as const

/** What others may know of a user. */
export const userOf = ({ id, username, displayName, status = '' }: User): User => ({
  id,
  username,
  displayName,
  ...(status === '' ? {} : { status }),
})

type Row = Required<User> & { generation: number }

/** A row as the wire wants it: a status that says nothing is absent. */
const recordOf = (row: Row): UserRecord => ({ ...userOf(row), generation: row.generation })

function credentialsOf(row: (Row & { passwordHash: string }) | null): Credentials | null {
  return row === null ? null : { ...recordOf(row), passwordHash: row.passwordHash }
}

export function openUserBook({ postgres }: { postgres: Pick<Postgres, 'ask'> }): UserBook {
  /** One statement, for a row that has to be there. */
  async function update(id: string, data: Prisma.UserUpdateManyMutationInput): Promise<UserRecord> {
    const [user] = await postgres.ask((prisma) =>
      prisma.user.updateManyAndReturn({ where: { id }, data, select: record }),
    )
    if (user === undefined) throw new Refusal('not-found')
    return recordOf(user)
  }

  return {
    async create({ username, displayName, passwordHash }) {
      const data = { id: randomUUIDv7(), username, displayName, passwordHash }
      try {
        return recordOf(await postgres.ask((prisma) => prisma.user.create({ data, select: record })))
      } catch (fault) {
        if (isTaken(fault)) throw new Refusal('username-taken')
        throw fault
      }
    },
    byName: async (username) =>
      credentialsOf(
        await postgres.ask((prisma) => prisma.user.findUnique({ where: { username }, select: credentials })),
      ),
    byId: async (id) =>
      credentialsOf(await postgres.ask((prisma) => prisma.user.findUnique({ where: { id }, select: credentials }))),
    async byIds(ids) {
      const where = { id: { in: [...ids] } }
      return (await postgres.ask((prisma) => prisma.user.findMany({ where, select: record }))).map(recordOf)
    },
    async search(q) {
      const contains = { contains: literal(q), mode: 'insensitive' } as const
      const users = await postgres.ask((prisma) =>
        prisma.user.findMany({
          where: { OR: [{ username: contains }, { displayName: contains }] },
          select: person,
          orderBy: { username: 'asc' },
          take: found,
        }),
      )
      return users.map(userOf)
    },
    change: (id, { displayName, status }) =>
      update(id, {
        ...(displayName === undefined ? {} : { displayName }),
        ...(status === undefined ? {} : { status }),
      }),
    setPassword: (id, passwordHash) => update(id, { passwordHash, generation: { increment: 1 } }),
  }
}
