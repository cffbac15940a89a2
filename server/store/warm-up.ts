/** What Postgres prepares for each connection anew, prepared before anybody waits for it. */
import { randomUUID } from 'node:crypto'
import type { BlockBook } from './block-book.ts'
import type { MessageLog } from './message-log.ts'
import type { RoomBook } from './room-book.ts'
import type { UserBook } from './user-book.ts'

type Needs = {
  log: Pick<MessageLog, 'append' | 'since' | 'revs'>
  book: Pick<RoomBook, 'standingsOf'>
  users: Pick<UserBook, 'byIds'>
  blocks: Pick<BlockBook, 'listsOf'>
  connections: number
}

const nowhere = '00000000-0000-0000-0000-000000000000'

/**
 * Comes in as nobody, sends and resumes in no room, on all connections at once: the first append of a connection takes 25 ms,
 * a later one 1, and those whom a dead node leaves behind come all at the same time. Never rejects: it is only sooner that way.
 */
export async function warmUp({ log, book, users, blocks, connections }: Needs): Promise<void> {
  const draft = { kind: 'send', roomId: nowhere, authorId: nowhere, id: randomUUID(), body: '' } as const
  const onAll = (ask: () => Promise<unknown>) => Promise.allSettled(Array.from({ length: connections }, ask))
  await onAll(() => log.append([draft], { patient: false }))
  await onAll(() => log.since([{ roomId: nowhere, userIds: [nowhere], rev: 1, limit: 1 }]))
  await onAll(() => book.standingsOf([nowhere]))
  await onAll(() => users.byIds([nowhere]))
  await onAll(() => blocks.listsOf([nowhere]))
  await onAll(() => log.revs([nowhere]))
}
