/** A block book without Postgres. */
import { limits } from '#protocol/limits.ts'
import { Refusal } from '../../server/kit/refusal.ts'
import type { BlockBook } from '../../server/store/block-book.ts'
import type { Tables } from './memory-tables.ts'

export function openMemoryBlocks({ blocks, users }: Tables): BlockBook {
  const of = (userId: string) => blocks.get(userId) ?? new Set<string>()
  return {
    list: async (userId) => [...of(userId)],
    listsOf: async (userIds) =>
      new Map(userIds.flatMap((userId) => (of(userId).size > 0 ? [[userId, [...of(userId)]] as const] : []))),
    async put({ userId, blockedId }) {
      if (userId === blockedId) throw new Refusal('forbidden')
      if (!users.has(blockedId)) throw new Refusal('not-found')
      const next = new Set([...of(userId), blockedId])
      if (next.size > limits.blocked) throw new Refusal('too-large')
      blocks.set(userId, next)
    },
    async drop({ userId, blockedId }) {
      blocks.get(userId)?.delete(blockedId)
    },
  }
}
