/** The SQL beneath the message log: each query is one snapshot and answers in the words of the wire. [R9] */
import { limits } from '#protocol/limits.ts'
import { Prisma } from './generated/client.ts'

const { sql } = Prisma

type Row = { kind: string }

/** One call, one commit: see the function in prisma/migrations. */
export function appendQuery(
  rows: Row[],
  { patient, debts }: { patient: boolean; debts: readonly string[] },
): Prisma.Sql {
  const sends = JSON.stringify(rows.filter(({ kind }) => kind === 'send'))
  const changes = JSON.stringify(rows.filter(({ kind }) => kind !== 'send'))
  return sql`SELECT append(${sends}::jsonb, ${changes}::jsonb, ${patient}, ${limits.reactionKinds},
    ${limits.reactionChoices}, ${debts}::text[]) AS answer`
}

export function findQuery(roomId: string, ids: readonly string[]): Prisma.Sql {
  return sql`SELECT json_agg(message_json(m) ORDER BY m.seq) AS answer
    FROM messages m WHERE m.room_id = ${roomId}::uuid AND m.id = ANY (${ids}::uuid[])`
}

type Bounds = { before?: number; after?: number; around?: number; limit: number }

/** seqs have no holes [R1]: a page is a range that can be computed. */
function firstOf({ before, after, around, limit }: Bounds): Prisma.Sql {
  if (before !== undefined) return sql`least(${before}::int - 1, r.head) - ${limit}::int + 1`
  if (after !== undefined) return sql`${after}::int + 1`
  const newest = sql`r.head - ${limit}::int + 1`
  return around === undefined ? newest : sql`greatest(1, least(${around}::int - ${limit >> 1}::int, ${newest}))`
}

/** No row where this user may not read. [X5] */
export function pageQuery({ roomId, userId, ...bounds }: Bounds & { roomId: string; userId: string }): Prisma.Sql {
  return sql`SELECT json_build_object('rev', r.rev, 'head', r.head, 'messages', coalesce(
      (SELECT json_agg(message_json(m) ORDER BY m.seq) FROM messages m
       WHERE m.room_id = r.id AND m.seq >= f.first AND m.seq < f.first + ${bounds.limit}::int), '[]')) AS answer
    FROM rooms r CROSS JOIN LATERAL (SELECT ${firstOf(bounds)} AS first) f
    WHERE r.id = ${roomId}::uuid AND ${mayRead(userId)}`
}

/** No row where this user may not read. [X5] */
export function pinsQuery({ roomId, userId }: { roomId: string; userId: string }): Prisma.Sql {
  return sql`SELECT coalesce((SELECT json_agg(message_json(pinned::messages)) FROM (
      SELECT m.* FROM messages m WHERE m.room_id = r.id AND m.pinned_at IS NOT NULL
      ORDER BY m.pinned_at DESC, m.seq DESC LIMIT ${limits.pins}::int) pinned), '[]') AS answer
    FROM rooms r WHERE r.id = ${roomId}::uuid AND ${mayRead(userId)}`
}

type Position = { roomId: string; userIds: readonly string[]; rev: number; limit: number }

/** An answer for each, null where none of these users may read; its `messages` are null if there are more than `limit`. [X5] */
export function sinceQuery(positions: readonly Position[]): Prisma.Sql {
  const rows = positions.map(({ roomId, userIds, rev, limit }, n) => ({
    n,
    room: roomId,
    users: userIds,
    rev,
    most: limit,
  }))
  const later = sql`FROM messages m WHERE m.room_id = r.id AND m.rev > asked.rev`
  return sql`SELECT json_agg(CASE WHEN cardinality(readers.ids) > 0 THEN json_build_object(
      'rev', r.rev, 'head', r.head, 'room', room_json(r), 'readers', to_json(readers.ids),
      'messages', CASE WHEN changed.few THEN (SELECT coalesce(json_agg(message_json(m) ORDER BY m.seq), '[]') ${later}) END,
      'members', CASE WHEN r.member_count <= ${limits.membersListed}
          AND (r.member_count <= ${limits.readShown} OR r.members_rev > asked.rev OR asked.rev NOT BETWEEN 1 AND r.rev OR NOT changed.few)
        THEN ${membersOf(sql`r.id`)} END) END ORDER BY asked.n) AS answer
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS asked(n int, room uuid, users uuid[], rev int, most int)
    LEFT JOIN rooms r ON r.id = asked.room
    CROSS JOIN LATERAL (SELECT CASE WHEN r.kind = 'public' THEN asked.users
      ELSE ARRAY(SELECT m.user_id FROM members m WHERE m.room_id = r.id AND m.user_id = ANY (asked.users)) END) AS readers(ids)
    CROSS JOIN LATERAL (SELECT count(*) <= asked.most FROM (SELECT ${later} LIMIT asked.most + 1) m) AS changed(few)`
}

/** By `rev`, and one more than `limit` if there are more. */
export function changesQuery({ roomId, from, limit }: { roomId: string; from: number; limit: number }): Prisma.Sql {
  return sql`SELECT json_build_object('rev', r.rev, 'head', r.head, 'membersMoved', r.members_rev > ${from}::int,
      'room', CASE WHEN greatest(r.room_rev, r.members_rev) > ${from}::int THEN room_json(r) END,
      'messages', coalesce((SELECT json_agg(message_json(later::messages) ORDER BY later.rev) FROM (
        SELECT m.* FROM messages m WHERE m.room_id = r.id AND m.rev > ${from}::int ORDER BY m.rev LIMIT ${limit}::int + 1
      ) later), '[]')) AS answer
    FROM rooms r WHERE r.id = ${roomId}::uuid`
}

export function revsQuery(roomIds: readonly string[]): Prisma.Sql {
  return sql`SELECT json_agg(json_build_array(id, rev, head)) AS answer FROM rooms WHERE id = ANY (${roomIds}::uuid[])`
}

/** The members of a room, in the order they joined. */
function membersOf(roomId: Prisma.Sql): Prisma.Sql {
  return sql`(SELECT json_agg(member_json(m) ORDER BY m.joined_at, m.user_id) FROM members m WHERE m.room_id = ${roomId})`
}

/** Of the room `r`. [X5] */
function mayRead(userId: string): Prisma.Sql {
  return sql`(r.kind = 'public' OR EXISTS (SELECT FROM members WHERE room_id = r.id AND user_id = ${userId}::uuid))`
}
