/** The SQL beneath what the room book reads: each query is one snapshot and answers in the words of the wire. */
import { limits } from '#protocol/limits.ts'
import { Prisma } from './generated/client.ts'
import { literal } from './pattern.ts'

const { sql } = Prisma

/** Rooms that a search for public ones finds, at most. */
const mostFound = 100

/** No row where this user may not read. [X5] */
export function lookQuery({ roomId, userId }: { roomId: string; userId: string }): Prisma.Sql {
  return sql`SELECT json_build_object('room', room_json(r), 'head', r.head, 'rev', r.rev,
      'member', CASE WHEN m.user_id IS NOT NULL THEN member_json(m) END) AS answer
    FROM rooms r LEFT JOIN members m ON m.room_id = r.id AND m.user_id = ${userId}::uuid
    WHERE r.id = ${roomId}::uuid AND (r.kind = 'public' OR m.user_id IS NOT NULL)`
}

/** In the order they joined. */
export function membersQuery(roomId: string): Prisma.Sql {
  return sql`SELECT json_agg(member_json(m::members)) AS answer FROM (
      SELECT * FROM members WHERE room_id = ${roomId}::uuid ORDER BY joined_at, user_id LIMIT ${limits.membersListed}
    ) m`
}

export function mineQuery(userId: string): Prisma.Sql {
  return sql`SELECT json_agg(room_json(r) ORDER BY r.moved_at DESC, r.id) AS answer
    FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ${userId}::uuid`
}

export function publicQuery(q: string): Prisma.Sql {
  return sql`SELECT json_agg(room_json(r::rooms)) AS answer FROM (
      SELECT * FROM rooms WHERE kind = 'public' AND NOT archived AND title ILIKE ${`%${literal(q)}%`}
      ORDER BY member_count DESC, title, id LIMIT ${mostFound}
    ) r`
}

/** By user; those without a room are missing. */
export function standingsQuery(userIds: readonly string[]): Prisma.Sql {
  return sql`SELECT json_agg(json_build_array(user_id, standings)) AS answer FROM (
      SELECT m.user_id, json_agg(json_build_object('room', room_json(r), 'head', r.head, 'rev', r.rev,
        'lastRead', m.last_read, 'favourite', m.favourite, 'muted', m.muted, 'mentions', (SELECT count(*) FROM mentions n
          WHERE n.user_id = m.user_id AND n.room_id = m.room_id AND n.seq > m.last_read)) ORDER BY r.moved_at DESC, r.id) AS standings
      FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ANY (${userIds}::uuid[]) GROUP BY m.user_id
    ) s`
}

export function membershipsQuery(userIds: readonly string[]): Prisma.Sql {
  return sql`SELECT json_agg(json_build_array(user_id, room_ids)) AS answer FROM (
      SELECT user_id, json_agg(room_id) AS room_ids FROM members WHERE user_id = ANY (${userIds}::uuid[]) GROUP BY user_id
    ) m`
}

export function membersOfQuery(roomIds: readonly string[]): Prisma.Sql {
  return sql`SELECT json_agg(json_build_array(r.id, (
      SELECT coalesce(json_agg(m.user_id), '[]') FROM members m WHERE m.room_id = r.id))) AS answer
    FROM rooms r WHERE r.id = ANY (${roomIds}::uuid[])`
}
