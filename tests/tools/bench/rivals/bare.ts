/** As little as goes: every message through Redis to all nodes, and from there to every WebSocket of its room. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createClient } from 'redis'
import { type WebSocket, WebSocketServer } from 'ws'
import { serve } from '../instrument/worker.ts'

const { REDIS_URL = '' } = process.env

const publisher = createClient({ url: REDIS_URL })
const subscriber = publisher.duplicate()
await Promise.all([publisher.connect(), subscriber.connect()])
const rooms = new Map<string, Set<WebSocket>>()

await subscriber.pSubscribe(
  'bare:*',
  (message, channel) => {
    const roomId = channel.subarray('bare:'.length).toString()
    for (const socket of rooms.get(roomId) ?? []) socket.send(message, { binary: false })
  },
  true,
)

const http = createServer()
const server = new WebSocketServer({ server: http, perMessageDeflate: false })
server.on('connection', (socket, { url = '' }) => {
  const roomIds = (new URL(url, 'http://bare').searchParams.get('rooms') ?? '').split(',')
  for (const roomId of roomIds) rooms.set(roomId, (rooms.get(roomId) ?? new Set()).add(socket))
  socket.on('message', (data) => {
    const text = String(data)
    void publisher.publish(`bare:${JSON.parse(text).roomId}`, text)
  })
  socket.on('close', () => {
    for (const roomId of roomIds) rooms.get(roomId)?.delete(socket)
  })
})
http.listen(0, '127.0.0.1')
await once(http, 'listening')

serve(async () => {
  const address = http.address()
  return typeof address === 'object' ? address?.port : null
})
