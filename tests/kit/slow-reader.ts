/** A WebSocket client made of bare bytes, which can stop reading as a browser asleep or a bad line does. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'

export type SlowReader = {
  stopReading(): void
  readOn(): void
  isClosed(): boolean
  /** Everything read so far, frames and all. */
  text(): string
}

/** A text frame as a client sends it, masked by zeros. */
function frame(text: string): Buffer {
  const body = Buffer.from(text)
  if (body.length > 125) throw new Error('unable to frame more than 125 bytes')
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body])
}

/** Resolves when it has come in with `auth`. */
export async function openSlowReader(url: string, auth: object): Promise<SlowReader> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  let closed = false
  socket.on('data', (chunk) => {
    text = (text + chunk.toString('latin1')).slice(-200_000)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  await once(socket, 'connect')
  socket.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await eventually(() => text.includes('"sid"'))
  socket.write(frame(`40${JSON.stringify(auth)}`))
  await eventually(() => text.includes('40{"sid"'))
  return {
    stopReading: () => void socket.pause(),
    readOn: () => void socket.resume(),
    isClosed: () => closed,
    text: () => text,
  }
}
