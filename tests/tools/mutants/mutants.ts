/** Servers that lack one promise each. An instrument that finds nothing wrong with them would prove nothing of the real one. */
import type { Patch } from '../../kit/patched-copy.ts'

export type Mutant = {
  name: string
  /** What it no longer does. */
  lacks: string
  patches: readonly Patch[]
  /** The faults under which it shows; all of them when there are none here. */
  faults: readonly string[]
  /** How many people in how many rooms, and how busy. */
  crowd: { people: number; rooms: number; everyMs: number; reads?: number; pageLagMs?: number; silence?: number }
}

/** Repair heals what was not told within two seconds, so it has to go for the loss to be seen. */
const withoutRepair: Patch = {
  file: 'server/rooms/repair.ts',
  find: 'if (await repairRooms()) roomsAt = Number.NEGATIVE_INFINITY',
  put: 'void repairRooms',
}

/** Many come back at once, to a node that learns late how things stood; little is said, so nothing that follows tells them. */
const comesBackLate = ['delay Postgres for a node and restart nginx']
/** What was read to fill the cache gets there when it is old. */
const fillsLate = ['flush the cache and pause a node']
const losesCommits = ['kill a node', 'kill Postgres', 'end commits midway', 'cut a node from Postgres']
/** What was sent arrives when it has been sent once more, by another way. */
const arrivesLate = ['stall a node from nginx', 'stall a node from Postgres']
const few = { people: 24, rooms: 6, everyMs: 500 }
/** So much is said that most commits carry more than one message. */
const talkative = { people: 48, rooms: 4, everyMs: 120 }

export const mutants: readonly Mutant[] = [
  {
    name: 'drops-publishes',
    lacks: 'one in five messages between nodes, with repair off',
    patches: [
      withoutRepair,
      {
        file: 'server/fanout/publisher.ts',
        find: 'if (!link.healthy() || held > heldBytes)',
        put: `if ((!channel.includes('probe') && Math.random() < 0.2) || !link.healthy() || held > heldBytes)`,
      },
    ],
    faults: [],
    crowd: few,
  },
  {
    name: 'not-idempotent',
    lacks: 'the look whether a draft is known already',
    patches: [
      {
        file: 'prisma/migrations/20261123150000_tables/migration.sql',
        find: 'CREATE UNIQUE INDEX "messages_id_room_id_key"',
        put: 'CREATE INDEX "messages_id_room_id_key"',
      },
      {
        file: 'prisma/migrations/20261126163000_blocks/migration.sql', // where append_sends was defined last
        find: 'WHERE id = d.id AND (room_id = r.id) IS TRUE OFFSET 0) k',
        put: 'WHERE false) k',
      },
    ],
    faults: arrivesLate,
    crowd: few,
  },
  {
    name: 'no-lease',
    lacks: 'the look whether a reader may still fill the cache with what it read',
    patches: [
      {
        file: 'server/cache/lease-scripts.ts',
        find: `if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end\nredis.call('DEL', KEYS[2])`,
        put: `redis.call('DEL', KEYS[2])`,
      },
    ],
    faults: fillsLate,
    crowd: { people: 48, rooms: 12, everyMs: 300, reads: 100, pageLagMs: 1_000, silence: 0 },
  },
  {
    name: 'resumes-before-it-joins',
    lacks: 'what comes between reading what changed in a room and hearing it, with repair off',
    patches: [
      withoutRepair,
      {
        file: 'server/rooms/resume.ts',
        find: 'if (!fanout.hears(socketId, roomId)) await enter({ userId, socketId }, roomId)\n',
        put: '\n',
      },
      {
        file: 'server/rooms/resume.ts',
        find: 'metrics.resumes.inc({ kind: answer.kind })',
        put: 'fanout.join(socketId, roomId); void enter',
      },
      {
        file: 'server/gateway/welcome.ts', // or it would hear all its rooms before it resumes any
        find: 'rooms: heard.map(({ room, rev }) => ({ roomId: room.id, rev }))',
        put: 'rooms: []',
      },
    ],
    faults: comesBackLate,
    crowd: { people: 60, rooms: 12, everyMs: 1_500, silence: 0.8 },
  },
  {
    name: 'acks-before-it-commits',
    lacks: 'the wait for the disk: a draft is acknowledged while its transaction is still open',
    patches: [
      {
        file: 'server/store/message-log.ts',
        find: 'const answer = await postgres.answer<AppendAnswer>(appendQuery(writes.map(rowOf), { patient, debts }))',
        put: `const early = Promise.withResolvers<AppendAnswer | null>()
      postgres.ask((prisma) => prisma.$transaction(async (open) => {
        const [row] = await open.$queryRaw<{ answer: AppendAnswer }[]>(appendQuery(writes.map(rowOf), { patient, debts }))
        early.resolve(row?.answer ?? null)
        await new Promise((resolve) => setTimeout(resolve, 30))
      })).catch(early.reject)
      const answer = await early.promise`,
      },
    ],
    faults: losesCommits,
    crowd: few,
  },
  {
    name: 'loses-a-draft',
    lacks: 'one draft in a hundred: the last of a batch is left out and answered as the one before it',
    patches: [
      {
        file: 'server/rooms/lane-commit.ts',
        find: 'const appended = await log.append(writes, debts.length > 0 ? { patient, debts } : { patient })',
        put: `const loses = writes.length > 1 && Math.random() < 0.01
      const appended = await log.append(loses ? writes.slice(0, -1) : writes, debts.length > 0 ? { patient, debts } : { patient })
      if (loses) appended.outcomes.push(must(appended.outcomes.at(-1), 'there is one before it'))`,
      },
    ],
    faults: [],
    crowd: talkative,
  },
]
