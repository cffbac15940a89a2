/** Who sits where: users in blocks, each block in rooms of its own, written into the database before anybody comes. */
import { runStatement } from '../../../../infra/local/database.ts'
import { mintSessions } from '../instrument/sessions.ts'
import type { Stage } from '../instrument/stage.ts'
import type { Seat } from './person.ts'

/** `users` of them, `block` after `block` in `rooms` of their own each. `place` keeps the ids of one plan apart from another's. */
export type Plan = { place: number; users: number; block: number; rooms: number }

const idOf = (kind: 'a' | 'b', place: number, n: number) =>
  `${kind}${String(place).padStart(7, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`
const sqlId = (kind: 'a' | 'b', place: number, n: string) =>
  `('${idOf(kind, place, 0).slice(0, 24)}' || lpad((${n})::text, 12, '0'))::uuid`

const userIds = ({ place, users }: Plan) => Array.from({ length: users }, (_, n) => idOf('a', place, n))

export const roomIdsOf = ({ place, block, rooms }: Plan, n: number) =>
  Array.from({ length: rooms }, (_, k) => idOf('b', place, Math.floor(n / block) * rooms + k))

/** Private rooms whose first user owns them; and, once, the table of the usual chat. */
export async function furnish({ urls }: Pick<Stage, 'urls'>, plan: Plan): Promise<void> {
  const { place, users, block, rooms } = plan
  const all = Math.ceil(users / block) * rooms
  const user = sqlId('a', place, 'n')
  for (const statement of [
    `CREATE TABLE IF NOT EXISTS chat_messages (id BIGSERIAL PRIMARY KEY, room_id UUID NOT NULL, author TEXT NOT NULL,
       body TEXT NOT NULL, sent_at TIMESTAMPTZ(3) NOT NULL DEFAULT now())`,
    'CREATE INDEX IF NOT EXISTS chat_messages_room ON chat_messages (room_id, id)',
    `INSERT INTO users (id, username, display_name, password_hash)
       SELECT ${user}, 'bench-${place}-' || n, 'User ' || n, '-' FROM generate_series(0, ${users - 1}) n`,
    `INSERT INTO rooms (id, kind, title, owner_id, member_count)
       SELECT ${sqlId('b', place, 'n')}, 'private', 'Room ' || n, ${sqlId('a', place, `n / ${rooms} * ${block}`)}, ${Math.min(block, users)}
       FROM generate_series(0, ${all - 1}) n`,
    `INSERT INTO members (room_id, user_id, role)
       SELECT ${sqlId('b', place, `n / ${block} * ${rooms} + k`)}, ${user},
         (CASE WHEN n % ${block} = 0 THEN 'owner' ELSE 'member' END)::member_role
       FROM generate_series(0, ${users - 1}) n, generate_series(0, ${rooms - 1}) k`,
    'VACUUM (ANALYZE) users, rooms, members',
    'CHECKPOINT',
  ]) {
    await runStatement(urls.DATABASE_URL, statement)
  }
}

/** Seats of a plan without their ports, in an order in which neighbours are strangers if `mixed`. */
export async function seatsOf(stage: Stage, plan: Plan, { mixed = false } = {}): Promise<Omit<Seat, 'port'>[]> {
  const cookies = await mintSessions(stage, userIds(plan))
  const seats = cookies.map((cookie, n) => ({ cookie, roomIds: roomIdsOf(plan, n) }))
  if (!mixed) return seats
  const stride = coprimeTo(seats.length)
  return seats.flatMap((_, n) => seats[(n * stride) % seats.length] ?? [])
}

/** About five eighths of a number, without a factor in common with it: steps that reach everybody and land far apart. */
export function coprimeTo(count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let stride = Math.max(1, Math.round(count * 0.618))
  while (divisor(stride, count) !== 1) stride += 1
  return stride
}

/** Gives the seats to the nodes in turn. */
export const spreadOver = (seats: readonly Omit<Seat, 'port'>[], ports: readonly number[]): Seat[] =>
  seats.map((seat, n) => ({ ...seat, port: ports[n % ports.length] ?? 0 }))
