/** The table of cache keys that are still to be invalidated: written where it cannot be lost, paid by whoever can. [C8] */
import type { Postgres } from './postgres.ts'

type Debt = { id: string; key: string }

export type DebtBook = {
  owe(keys: readonly string[]): Promise<void>
  /** The oldest ones first. */
  list(limit: number): Promise<Debt[]>
  paid(ids: readonly string[]): Promise<void>
}

export function openDebtBook({ postgres }: { postgres: Pick<Postgres, 'ask'> }): DebtBook {
  return {
    async owe(keys) {
      await postgres.ask((prisma) => prisma.cacheDebt.createMany({ data: keys.map((key) => ({ key })) }))
    },
    async list(limit) {
      const rows = await postgres.ask((prisma) => prisma.cacheDebt.findMany({ orderBy: { id: 'asc' }, take: limit }))
      return rows.map(({ id, key }) => ({ id: String(id), key }))
    },
    async paid(ids) {
      await postgres.ask((prisma) => prisma.cacheDebt.deleteMany({ where: { id: { in: ids.map(BigInt) } } }))
    },
  }
}
