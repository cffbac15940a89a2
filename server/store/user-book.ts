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
  change(id: string, change: { displayName?: string | undefined }): Promise<UserRecord>
  /** Replaces the hash and raises the generation in one statement; resolves with it. Refuses `not-found`. [S8] */
  setPassword(id: string, passwordHash: string): Promise<UserRecord>
}

const found = 20
const record = { id: true, username: true, displayName: true, generation: true } as const
const credentials = { ...record, passwordHash: true } as const

export function openUserBook({ postgres }: { postgres: Pick<Postgres, 'ask'> }): UserBook {
  /** One statement, for a row that has to be there. */
  async function update(id: string, data: Prisma.UserUpdateManyMutationInput): Promise<UserRecord> {
    const [user] = await postgres.ask((prisma) =>
      prisma.user.updateManyAndReturn({ where: { id }, data, select: record }),
    )
    if (user === undefined) throw new Refusal('not-found')
    return user
  }

  return {
    async create({ username, displayName, passwordHash }) {
      const data = { id: randomUUIDv7(), username, displayName, passwordHash }
      try {
        return await postgres.ask((prisma) => prisma.user.create({ data, select: record }))
      } catch (fault) {
        if (isTaken(fault)) throw new Refusal('username-taken')
        throw fault
      }
    },
    byName: (username) =>
      postgres.ask((prisma) => prisma.user.findUnique({ where: { username }, select: credentials })),
    byId: (id) => postgres.ask((prisma) => prisma.user.findUnique({ where: { id }, select: credentials })),
    byIds: (ids) => postgres.ask((prisma) => prisma.user.findMany({ where: { id: { in: [...ids] } }, select: record })),
    search(q) {
      const contains = { contains: literal(q), mode: 'insensitive' } as const
      return postgres.ask((prisma) =>
        prisma.user.findMany({
          where: { OR: [{ username: contains }, { displayName: contains }] },
          select: { id: true, username: true, displayName: true },
          orderBy: { username: 'asc' },
          take: found,
        }),
      )
    },
    change: (id, { displayName }) => update(id, displayName === undefined ? {} : { displayName }),
    setPassword: (id, passwordHash) => update(id, { passwordHash, generation: { increment: 1 } }),
  }
}
