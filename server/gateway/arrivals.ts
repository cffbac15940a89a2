/** What is read of everybody who comes in, read for all who come in at the same time: a storm costs Postgres a few queries. [R8] */
import { openBundle } from '../kit/bundle.ts'
import type { Clock } from '../kit/clock.ts'
import type { BlockBook } from '../store/block-book.ts'
import type { MessageLog } from '../store/message-log.ts'
import type { RoomBook } from '../store/room-book.ts'
import type { UserBook } from '../store/user-book.ts'

type Needs = {
  users: Pick<UserBook, 'byIds'>
  book: Pick<RoomBook, 'standingsOf'>
  blocks: Pick<BlockBook, 'listsOf'>
  messageLog: Pick<MessageLog, 'revs'>
  clock: Clock
}

export type Arrivals = {
  users: Pick<UserBook, 'byIds'>
  book: Pick<RoomBook, 'standings'>
  blocks: Pick<BlockBook, 'list'>
  messageLog: Pick<MessageLog, 'revs'>
}

/** People, and rooms, in one query, at most: its answer is parsed in one go. */
const mostPeople = 100
const mostRooms = 1_000
/** Nobody notices it, and of a crowd many come in together; of a storm, where each waits for the others anyway, more. */
const pace = { paceMs: 25, stormPaceMs: 100 }

/** The same verbs, the same promises. */
export function openArrivals({ users, book, blocks, messageLog, clock }: Needs): Arrivals {
  const ofPeople = { most: mostPeople, ...pace, clock }
  const people = openBundle(
    async (ids: string[]) => new Map((await users.byIds(ids)).map((record) => [record.id, record])),
    ofPeople,
  )
  const standings = openBundle(book.standingsOf, ofPeople)
  const lists = openBundle(blocks.listsOf, ofPeople)
  const revs = openBundle(messageLog.revs, { most: mostRooms, ...pace, clock })
  return {
    users: {
      async byIds(ids) {
        const found = await people(ids)
        return ids.flatMap((id) => found.get(id) ?? [])
      },
    },
    book: { standings: async (userId) => (await standings([userId])).get(userId) ?? [] },
    blocks: { list: async (userId) => (await lists([userId])).get(userId) ?? [] },
    messageLog: {
      async revs(roomIds) {
        const found = await revs(roomIds)
        return new Map(
          roomIds.flatMap((roomId) => {
            const stand = found.get(roomId)
            return stand === undefined ? [] : [[roomId, stand] as const]
          }),
        )
      },
    },
  }
}
