/** Stands in for `server/main.ts` where the supervisor is tested: answers probes, tells who it is, and misbehaves when asked. */
import { createServer } from 'node:http'

const { NODE_NAME = 'nobody', PORT = '0', DATABASE_URL = '', SECRET_OF_THE_CALLER } = process.env

function block(): void {
  for (;;) Math.random()
}

const server = createServer((request, response) => {
  response.setHeader('X-Node', NODE_NAME)
  if (request.url === '/api/die') process.exit(3)
  if (request.url === '/api/block') block()
  const body = { node: NODE_NAME, pid: process.pid, leaked: SECRET_OF_THE_CALLER ?? null, ...request.headers }
  response.end(JSON.stringify(body))
})

server.on('upgrade', (_, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  socket.on('data', (chunk) => socket.write(`${NODE_NAME} heard ${chunk}`))
  socket.on('error', () => {})
})

if (process.argv[2] === 'migrate') {
  process.stdout.write(`migrating ${new URL(DATABASE_URL).pathname}\n`)
} else {
  server.listen(Number(PORT), '127.0.0.1')
  process.on('disconnect', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
}
