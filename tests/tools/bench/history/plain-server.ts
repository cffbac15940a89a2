/** The server one would write in an afternoon: express, express-session on Redis, a check of the right, and a page by Prisma. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import { openSessions } from '../../../../server/cache/session.ts'
import { serve } from '../instrument/worker.ts'
import { openCandidates } from './candidates.ts'

const { DATABASE_URL = '', REDIS_URL = '', CACHE_REDIS_URL = '', SESSION_SECRET = '' } = process.env
const { reads, sessionsNeed, close } = await openCandidates({ DATABASE_URL, REDIS_URL, CACHE_REDIS_URL })
const sessions = openSessions({ ...sessionsNeed, secret: SESSION_SECRET, ttlMs: 1_209_600_000 })

const ways = { 'find-many': reads.checkedFindMany, naive: reads.checkedNaive }
const app = express()
app.set('etag', false)
app.use(sessions.middleware)
for (const [name, read] of Object.entries(ways)) {
  app.get(`/${name}/rooms/:roomId/messages`, async (request, response) => {
    const view = sessions.current(request)
    if (view === null) return void response.sendStatus(401)
    const { before, limit } = request.query
    const place = { roomId: request.params.roomId, userId: view.userId, limit: Number(limit) }
    const text = await read(typeof before === 'string' ? { ...place, before: Number(before) } : place)
    response.type('json').send(text)
  })
}
app.get('/nothing', (request, response) => {
  response.sendStatus(sessions.current(request) === null ? 401 : 200)
})
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')

serve(async () => {
  const address = server.address()
  return typeof address === 'object' ? address?.port : null
}, close)
