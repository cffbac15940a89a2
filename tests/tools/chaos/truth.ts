/** What Postgres holds in the end: the truth that every client is held against. */
import type { Message } from '#protocol/wire.ts'
import { Prisma } from '../../../server/store/generated/client.ts'
import type { Postgres } from '../../../server/store/postgres.ts'
import type { Truth } from '../checker/history.ts'

type Row = { roomId: string; rev: number; head: number; messages: Message[]; lastRead: Record<string, number> }

/** One snapshot of all these rooms, with or without their messages. */
export async function readTruths(
  postgres: Postgres,
  roomIds: readonly string[],
  withMessages: boolean,
): Promise<Truth[]> {
  const rows = await postgres.answer<Row[]>(Prisma.sql`
    SELECT json_agg(json_build_object(
      'roomId', r.id, 'rev', r.rev, 'head', r.head,
      'messages', coalesce((SELECT json_agg(message_json(m) ORDER BY m.seq) FROM messages m WHERE m.room_id = r.id AND ${withMessages}), '[]'),
      'lastRead', (SELECT json_object_agg(user_id, last_read) FROM members WHERE room_id = r.id)
    )) AS answer FROM rooms r WHERE r.id = ANY (${roomIds}::uuid[])`)
  return (rows ?? []).map(({ lastRead, ...truth }) => ({ ...truth, lastRead: new Map(Object.entries(lastRead)) }))
}
