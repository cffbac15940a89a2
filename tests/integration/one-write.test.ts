/** Who comes in is told everything in as few writes as it has turns. */
import { createServer } from 'node:http'
import { Duplex } from 'node:stream'
import { Server } from 'socket.io'
import { expect, onTestFinished, test } from 'vitest'
import { connectInOneWrite, openInOneWrite } from '../../server/fanout/one-write.ts'
import { eventually } from '../kit/eventually.ts'

/** A connection without a network: what the server hands over at a time is one entry. */
function openWire() {
  const writes: string[] = []
  const textOf = (chunks: { chunk: Buffer }[]) => Buffer.concat(chunks.map(({ chunk }) => chunk)).toString('latin1')
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(textOf([{ chunk }]))
      setImmediate(done) // as a socket, which is never done in the same turn
    },
    writev(chunks, done) {
      writes.push(textOf(chunks))
      setImmediate(done)
    },
  })
  return { wire, writes }
}

const upgrade = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: test',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
].join('\r\n')
/** `40`, Socket.IO's first packet, in a frame of text under a mask of noughts. */
const connect = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30])

const hello = '42["hello","you"]'

/** What somebody is told who comes in, as far as `last`. */
async function comeIn(last: string, prepare: (io: Server) => void) {
  const server = createServer()
  const io = new Server(server)
  onTestFinished(() => void io.close())
  prepare(io)
  io.on('connection', (socket) => void socket.emit('hello', 'you'))
  const { wire, writes } = openWire()
  server.emit('connection', wire)
  wire.push(`${upgrade}\r\n\r\n`)
  await eventually(() => writes.join('').includes('0{"sid"'))
  wire.push(connect)
  await eventually(() => writes.join('').includes(last))
  return writes
}

test('the answer to an upgrade and the first packet are one write, and so are the connection and its hello', async () => {
  const writes = await comeIn(hello, (io) => {
    openInOneWrite(io.engine)
    io.use((socket, next) => connectInOneWrite(socket, () => next()))
  })
  expect(writes).toEqual([
    expect.stringMatching(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\n[\s\S]*0\{"sid":/),
    expect.stringMatching(/^[\s\S]*40\{"sid":[\s\S]*42\["hello","you"\]$/),
  ])
})

test('a refusal arrives as it is', async () => {
  const refusal = '44{"message":"signed-out"}'
  const writes = await comeIn(refusal, (io) => {
    openInOneWrite(io.engine)
    io.use((socket, next) => connectInOneWrite(socket, () => next(new Error('signed-out'))))
  })
  expect(writes.at(-1)?.endsWith(refusal)).toBe(true)
})

test('without it each of them is a write of its own', async () => {
  expect((await comeIn(hello, () => {})).length).toBeGreaterThan(2)
})
