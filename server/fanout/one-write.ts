/** Words that are said in one turn leave in one write: a write costs a node as much as most of what it says. */
import type { IncomingMessage } from 'node:http'
import type { LiveSocket } from './live.ts'

/** engine.io's server, as far as it is needed. */
type Engine = { on(event: 'headers', listener: (headers: unknown, request: IncomingMessage) => void): void }

/** The answer to an upgrade, and the first packet, which engine.io has ready some promises later. */
export function openInOneWrite(engine: Engine): void {
  engine.on('headers', (_headers, { socket }) => {
    socket.cork()
    queueMicrotask(() => process.nextTick(() => socket.uncork())) // when all that was promised by now is done
  })
}

/** What `connect` says to the socket, and what is said to it while Socket.IO connects it, which it does a turn later. */
export function connectInOneWrite({ conn, request }: LiveSocket, connect: () => void): void {
  const { transport } = conn
  const wire = request.socket
  if (transport.name !== 'websocket' || !transport.writable) {
    connect()
    return
  }
  transport.writable = false
  wire.cork()
  connect()
  process.nextTick(() => {
    transport.writable = true
    transport.emit('ready') // as it does itself when it may be written to
    wire.uncork()
  })
}
