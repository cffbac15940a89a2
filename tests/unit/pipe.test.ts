/** The pipes that chaos cuts: an instrument that lies would prove nothing. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { openPipe, type Pipe } from '../tools/chaos/pipe.ts'

let server: Server
let pipe: Pipe
let taken: Socket[] = []
const open: Socket[] = []

/** Says everything back, and when it is told the end says so too. */
beforeEach(async () => {
  taken = []
  server = createServer((socket) => {
    taken.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  pipe = await openPipe({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 })
})

afterEach(async () => {
  for (const socket of [...open.splice(0), ...taken]) socket.destroy()
  await pipe.close()
  server.close()
})

function openCaller() {
  const socket = connect({ port: pipe.port, host: '127.0.0.1', allowHalfOpen: true })
  const caller = { socket, heard: '' }
  open.push(socket)
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    caller.heard += text
  })
  socket.on('error', () => {})
  return caller
}

/** One who was answered already. */
async function openTalking() {
  const caller = openCaller()
  caller.socket.write('one')
  await eventually(() => caller.heard === 'one')
  return caller
}

test('whole, it passes what is said and the end of it, both ways', async () => {
  const caller = await openTalking()
  caller.socket.end('two')
  await eventually(() => caller.heard === 'onetwo' && caller.socket.readableEnded)
})

test('cut, it breaks what is open, both ends hear of it, and nobody comes through until it is whole', async () => {
  const caller = await openTalking()
  pipe.turn('cut')
  await eventually(() => caller.socket.closed && (taken[0]?.destroyed ?? false))
  const refused = openCaller()
  await eventually(() => refused.socket.closed)
  expect(taken).toHaveLength(1)
  pipe.turn('whole')
  const again = openCaller()
  again.socket.write('two')
  await eventually(() => again.heard === 'two')
})

test('stalled, it tells nobody anything; whole again, everything said meanwhile arrives, in order', async () => {
  const caller = await openTalking()
  pipe.turn('stalled')
  caller.socket.write(' two')
  taken[0]?.write(' unasked')
  const late = openCaller()
  late.socket.write('late')
  await eventually(() => late.socket.readyState === 'open')
  expect({ heard: caller.heard, closed: caller.socket.closed, late: late.heard, taken: taken.length }).toEqual({
    heard: 'one',
    closed: false,
    late: '',
    taken: 1,
  })
  pipe.turn('whole')
  caller.socket.end(' three')
  await eventually(
    () => caller.heard === 'one unasked two three' && caller.socket.readableEnded && late.heard === 'late',
  )
})

test('who leaves while it is stalled has left when it is whole again', async () => {
  const caller = await openTalking()
  pipe.turn('stalled')
  const late = openCaller()
  await eventually(() => late.socket.readyState === 'open')
  caller.socket.destroy()
  late.socket.destroy()
  await eventually(() => caller.socket.closed && late.socket.closed)
  pipe.turn('whole')
  await eventually(() => taken.every((socket) => socket.destroyed))
})

test('late, it asks at once and answers later, in order, and the end of it last; whole again, nothing waits any more', async () => {
  const caller = await openTalking()
  pipe.turn('late')
  const asked: string[] = []
  taken[0]?.on('data', (chunk: Buffer) => {
    asked.push(`${chunk} heard ${caller.heard}`)
    if (String(chunk) === ' two') caller.socket.write(' three')
  })
  caller.socket.write(' two')
  await eventually(() => caller.heard === 'one two three')
  expect(asked).toEqual([' two heard one', ' three heard one'])
  const later = openCaller()
  later.socket.end('four')
  await eventually(() => later.heard === 'four' && later.socket.readableEnded)

  caller.socket.write(' five')
  await eventually(() => asked.length === 3)
  pipe.turn('whole')
  caller.socket.end(' six')
  await eventually(() => caller.heard === 'one two three five six' && caller.socket.readableEnded)
})

test('late after it was stalled, everything said meanwhile arrives, in order', async () => {
  const caller = await openTalking()
  pipe.turn('late')
  pipe.turn('stalled')
  caller.socket.write(' two')
  pipe.turn('late')
  caller.socket.write(' three')
  await eventually(() => caller.heard === 'one two three')
})
