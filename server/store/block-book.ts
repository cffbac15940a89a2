/** Who wants nothing to do with whom; what follows from it is decided where people meet, inside the commit. [M4] */
import { limits } from '#protocol/limits.ts'
import type { RefusalCode } from '#protocol/refusals.ts'
import { Refusal } from '../kit/refusal.ts'
import { Prisma } from './generated/client.ts'
import type { Postgres } from './postgres.ts'

const { sql } = Prisma

/** `userId` blocks `blockedId`. */
export type Block = { userId: string; blockedId: string }

export type BlockBook = {
  /** Whom somebody blocked, in the order they did. */
  list(userId: string): Promise<string[]>
  /** The same of many; who blocks nobody is missing. */
  listsOf(userIds: readonly string[]): Promise<Map<string, string[]>>
  /** Refuses `not-found` for nobody, `forbidden` for oneself, `too-large` beyond `limits.blocked`. */
  put(block: Block): Promise<void>
  drop(block: Block): Promise<void>
}

export function openBlockBook({ postgres }: { postgres: Pick<Postgres, 'ask' | 'answer'> }): BlockBook {
  async function listsOf(userIds: readonly string[]): Promise<Map<string, string[]>> {
    const query = sql`SELECT json_object_agg(user_id, ids) AS answer FROM (
      SELECT user_id, json_agg(blocked_id ORDER BY at, blocked_id) AS ids
      FROM blocks WHERE user_id = ANY (${userIds}::uuid[]) GROUP BY user_id) list`
    return new Map(Object.entries((await postgres.answer<Record<string, string[]>>(query)) ?? {}))
  }

  return {
    list: async (userId) => (await listsOf([userId])).get(userId) ?? [],
    listsOf,
    async put({ userId, blockedId }) {
      const refused = await postgres.answer<{ refusal: RefusalCode }>(
        sql`SELECT block_put(${userId}::uuid, ${blockedId}::uuid, ${limits.blocked}::int) AS answer`,
      )
      if (refused !== null) throw new Refusal(refused.refusal)
    },
    drop: (block) => postgres.ask(async (prisma) => void (await prisma.block.deleteMany({ where: block }))),
  }
}
