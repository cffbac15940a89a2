/** A storm: everybody in one hot room loses the connection at one moment and comes back at once, resuming; counted by Postgres itself. */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { runStatement } from '../../../infra/local/database.ts'
import { openStatementLog } from '../../kit/statement-log.ts'
import { openRawSocket, type RawSocket } from '../bench/instrument/raw-socket.ts'
import { mintSessions } from '../bench/instrument/sessions.ts'
import type { BenchNode, Stage } from '../bench/instrument/stage.ts'
import { type Spread, spreadOf } from '../chaos/figures.ts'

type Needs = {
  stage: Stage
  nodes: readonly BenchNode[]
  clients: number
  perSecond: number
  say: (line: string) => void
}

/** Where a client stood when it lost its connection, as a page on a disk would know. */
type Client = { cookie: string; socket: RawSocket | null; epoch: string; rev: number }

export type Outcome = {
  /** From the loss until each had its answer to `room:resume` (ms). */
  back: Spread
  kinds: Record<string, number>
  sent: number
  total: number
  /** By what they begin with, the most frequent first. */
  statements: { times: number; words: string }[]
}

const roomId = randomUUIDv7()
/** Sockets that are opened at once in peace. */
const calmly = 50

async function furnish({ urls }: Stage, userIds: readonly string[]): Promise<void> {
  const run = (sql: string) => runStatement(urls.DATABASE_URL, sql)
  const [owner] = userIds
  const ids = `unnest('{${userIds.join(',')}}'::uuid[]) WITH ORDINALITY AS u(id, n)`
  await run(
    `INSERT INTO users (id, username, display_name, password_hash) SELECT id, 'storm-' || n, 'Storm', '-' FROM ${ids}`,
  )
  await run(`INSERT INTO rooms (id, kind, title, owner_id, head, rev, member_count)
    VALUES ('${roomId}', 'private', 'Hot', '${owner}', 0, 1, ${userIds.length})`)
  await run(`INSERT INTO members (room_id, user_id, role, last_read) SELECT '${roomId}', id, 'member', 0 FROM ${ids}`)
  await run('VACUUM (ANALYZE)')
}

const revIn = (text: string) => Number(/"rev":(\d+)/.exec(text)?.[1] ?? 0)

async function enter(client: Client, port: number): Promise<void> {
  client.socket = await openRawSocket({
    port,
    cookie: client.cookie,
    onEvent(name, text) {
      if (name === 'hello') client.epoch = /"epoch":"([^"]+)"/.exec(text)?.[1] ?? ''
      else if (name === 'room:changes') client.rev = Math.max(client.rev, revIn(text))
    },
  })
}

/** Resolves with the kind of the answer. */
async function resume({ socket, epoch, rev }: Client): Promise<string> {
  const answer = (await socket?.call('room:resume', { roomId, epoch, rev })) ?? ''
  return /"kind":"(changes|reset)"/.exec(answer)?.[1] ?? answer.slice(0, 100)
}

/** A few words of the SQL, enough to tell it from the others. */
const wordsOf = (statement: string) => statement.replaceAll(/\s+/g, ' ').slice(0, 90)

export async function runStorm({ stage, nodes, clients: count, perSecond, say }: Needs): Promise<Outcome> {
  const userIds = Array.from({ length: count + 1 }, () => randomUUIDv7())
  await furnish(stage, userIds)
  const cookies = await mintSessions(stage, userIds)
  const [speaker, ...clients] = cookies.map((cookie): Client => ({ cookie, socket: null, epoch: '', rev: 1 }))
  const portOf = (index: number) => nodes[index % nodes.length]?.port ?? 0
  if (speaker === undefined) throw new Error('unable to make a storm; there is nobody')
  await enter(speaker, portOf(0))
  for (let from = 0; from < clients.length; from += calmly)
    await Promise.all(clients.slice(from, from + calmly).map((client, index) => enter(client, portOf(from + index))))
  await Promise.all(clients.map(resume))
  say(`${clients.length} clients in one room on ${nodes.length} nodes`)

  let sent = 0
  let isOver = false
  async function talk(): Promise<void> {
    while (!isOver) {
      await speaker?.socket?.call('message:send', {
        roomId,
        id: randomUUIDv7(),
        body: `message ${++sent} of the storm`,
      })
      await pause(1_000 / perSecond)
    }
  }
  const talking = talk()
  await pause(2_000)
  const log = await openStatementLog({ databaseUrl: stage.urls.DATABASE_URL, logs: stage.home.logs })
  try {
    const before = sent
    const beganAt = performance.now()
    for (const { socket } of clients) socket?.close()
    const answers = await Promise.all(
      clients.map(async (client, index) => {
        await enter(client, portOf(index + 1)) // to another node than before
        const kind = await resume(client)
        return { kind, tookMs: Math.round(performance.now() - beganAt) }
      }),
    )
    const statements = await log.statements()
    isOver = true
    await talking
    const kinds = Map.groupBy(answers, ({ kind }) => kind)
    const counted = [...Map.groupBy(statements, wordsOf)].map(([words, all]) => ({ words, times: all.length }))
    return {
      back: spreadOf(answers.map(({ tookMs }) => tookMs)),
      kinds: Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length])),
      sent: sent - before,
      total: statements.length,
      statements: counted.sort((a, b) => b.times - a.times).slice(0, 15),
    }
  } finally {
    await log.close()
    for (const { socket } of [speaker, ...clients]) socket?.close()
  }
}
