/** What Postgres holds in the end, asked as an operator would: with psql in its container. */
import type { Truth } from '../checker/history.ts'
import type { Compose } from './compose.ts'

type Row = Omit<Truth, 'lastRead'> & { lastRead: Record<string, number> }

const query = `
  SELECT coalesce(json_agg(json_build_object(
    'roomId', r.id, 'rev', r.rev, 'head', r.head,
    'messages', coalesce((SELECT json_agg(message_json(m) ORDER BY m.seq) FROM messages m WHERE m.room_id = r.id), '[]'),
    'lastRead', (SELECT json_object_agg(user_id, last_read) FROM members WHERE room_id = r.id)
  )), '[]') FROM rooms r`

/** Every room there is, in one snapshot. */
export async function readTruths(compose: Compose): Promise<Truth[]> {
  const printed = await compose.inside('postgres', 'psql', '-U', 'parley', '-d', 'parley', '-AtXc', query)
  const rows: Row[] = JSON.parse(printed)
  return rows.map(({ lastRead, ...truth }) => ({ ...truth, lastRead: new Map(Object.entries(lastRead)) }))
}
