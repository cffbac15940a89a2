/** Fills the database with rooms full of messages, written by Postgres itself, in the order in which they would have been sent. */
import { runStatement } from '../../../../infra/local/database.ts'

export type Size = { rooms: number; messages: number; users: number }

/** Rows of one statement, so that none of them takes for ever. */
const rowsAtOnce = 100_000

/** Ids follow from numbers, so that nobody has to ask for them; they look as random ones do. */
const idOf = (kind: string, number: string) =>
  `overlay(overlay(md5('${kind} ' || ${number}) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid`

/** Rooms end at different places of their last page, as rooms do. */
export const headOf = (room: number, { messages, rooms }: Size) => Math.floor(messages / rooms) - 25 + ((room * 7) % 50)

const words = `(ARRAY['so','the','lane','holds','until','commit','and','nobody','waits','longer','than','it','takes','to','say','ship','it','tomorrow','morning','please'])`

/** From a few words to several lines; one in twenty has an emoji, so most pages do. */
const body = `left(
  (SELECT string_agg(${words}[1 + (h >> (k % 24)) % 20], ' ') FROM generate_series(1, 3 + h % 40) k), 600)
  || CASE WHEN h % 20 = 3 THEN ' 🎉' ELSE '' END || ' ' || s`

/** Everybody is in every room; every other room is open to all. */
export async function seed(url: string, size: Size, say: (line: string) => void): Promise<void> {
  const { rooms, users } = size
  const longest = headOf(0, size) + 50
  await runStatement(
    url,
    `INSERT INTO users (id, username, display_name, password_hash)
     SELECT ${idOf('user', 'n')}, 'user-' || n, 'User ' || n, '-' FROM generate_series(0, ${users - 1}) n`,
  )
  await runStatement(
    url,
    `INSERT INTO rooms (id, kind, title, owner_id, head, rev, member_count)
     SELECT ${idOf('room', 'n')}, (CASE n % 2 WHEN 0 THEN 'public' ELSE 'private' END)::room_kind, 'Room ' || n,
       ${idOf('user', '0')}, h.head, h.head + 1, ${users}
     FROM generate_series(0, ${rooms - 1}) n
     CROSS JOIN LATERAL (SELECT ${headOf(0, size)} + (n * 7) % 50 AS head) h`,
  )
  await runStatement(
    url,
    `INSERT INTO members (room_id, user_id, role, last_read)
     SELECT r.id, u.id, (CASE WHEN u.id = r.owner_id THEN 'owner' ELSE 'member' END)::member_role, r.head
     FROM rooms r CROSS JOIN users u`,
  )
  const seqsAtOnce = Math.max(1, Math.floor(rowsAtOnce / rooms))
  for (let from = 1; from <= longest; from += seqsAtOnce) {
    await runStatement(url, messagesOf(from, Math.min(longest, from + seqsAtOnce - 1), size))
    say(`${Math.min(size.messages, (from + seqsAtOnce - 1) * rooms).toLocaleString('en')} messages`)
  }
  await runStatement(url, 'VACUUM (ANALYZE)')
  await runStatement(url, 'CHECKPOINT')
}

/** `h` is any number that follows from room and seq. */
function messagesOf(from: number, to: number, { users }: Size): string {
  return `INSERT INTO messages (room_id, seq, id, rev, author_id, body, reply_to, reactions, sent_at, edited_at, deleted_at)
    SELECT room_id, s, uuidv7(), s + 1, ${idOf('user', `(h % ${users})`)}, CASE WHEN h % 100 <> 7 THEN ${body} END,
      CASE WHEN h % 10 = 1 AND s > 5 THEN s - 3 END,
      CASE WHEN h % 20 = 5 THEN jsonb_build_object('👍', jsonb_build_array(${idOf('user', '1')}, ${idOf('user', '2')})) END,
      now() - interval '90 days' + s * interval '1 minute',
      CASE WHEN h % 50 = 9 THEN now() END, CASE WHEN h % 100 = 7 THEN now() END
    FROM (
      SELECT r.id AS room_id, s, abs(hashint4(s) # hashtext(r.id::text)) AS h
      FROM generate_series(${from}, ${to}) s JOIN rooms r ON s <= r.head ORDER BY s, r.id
    ) place`
}
