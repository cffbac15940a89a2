/** What Postgres prepares for each connection anew, prepared before anybody waits for it. */
import { randomUUID } from 'node:crypto'
import type { MessageLog } from './message-log.ts'

type Needs = { log: Pick<MessageLog, 'append' | 'since'>; connections: number }

const nowhere = '00000000-0000-0000-0000-000000000000'

/**
 * Sends and resumes in no room, on all connections at once: the first append of a connection takes 25 ms, a later one 1, and
 * those whom a dead node leaves behind come all at the same time. Never rejects: it is only sooner that way.
 */
export async function warmUp({ log, connections }: Needs): Promise<void> {
  const draft = { kind: 'send', roomId: nowhere, authorId: nowhere, id: randomUUID(), body: '' } as const
  const onAll = (ask: () => Promise<unknown>) => Promise.allSettled(Array.from({ length: connections }, ask))
  await onAll(() => log.append([draft], { patient: false }))
  await onAll(() => log.since({ roomId: nowhere, userId: nowhere, rev: 1, limit: 1 }))
}
