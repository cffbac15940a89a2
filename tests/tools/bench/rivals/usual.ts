/** The chat of Socket.IO's own tutorial on several nodes: the classic adapter, and one INSERT per message before it is told, or none. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { PrismaPg } from '@prisma/adapter-pg'
import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import { serve } from '../instrument/worker.ts'

const { DATABASE_URL = '', REDIS_URL = '', STORES = '' } = process.env

/** The table is made by whoever seeds the stage. */
const insertSql =
  'INSERT INTO chat_messages (room_id, author, body) VALUES ($1::uuid, $2, $3) RETURNING id::int, sent_at::text'

const publisher = createClient({ url: REDIS_URL })
const subscriber = publisher.duplicate()
await Promise.all([publisher.connect(), subscriber.connect()])
const database = await new PrismaPg(
  { connectionString: DATABASE_URL, max: 10 },
  { statementNameGenerator: () => 'insert' },
).connect()

type Plain = { roomId: string; body: string }

async function insert(author: string, { roomId, body }: Plain): Promise<object> {
  const { rows } = await database.queryRaw({
    sql: insertSql,
    args: [roomId, author, body],
    argTypes: [roomId, author, body].map(() => ({ scalarType: 'string', arity: 'scalar' })),
  })
  return { id: rows[0]?.[0], sentAt: rows[0]?.[1] }
}

const http = createServer()
const io = new Server(http, { adapter: createAdapter(publisher, subscriber), serveClient: false })
io.on('connection', (socket) => {
  const { roomIds } = socket.handshake.auth
  void socket.join(roomIds)
  socket.on('message', async ({ roomId, body }: Plain, done: () => void) => {
    const kept = STORES === 'yes' ? await insert(socket.id, { roomId, body }) : {}
    io.to(roomId).emit('message', { roomId, body, author: socket.id, ...kept })
    done()
  })
})
http.listen(0, '127.0.0.1')
await once(http, 'listening')

serve(async () => {
  const address = http.address()
  return typeof address === 'object' ? address?.port : null
})
