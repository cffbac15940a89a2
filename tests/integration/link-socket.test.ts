/** The engine's connection against a real Socket.IO server whose front door has its moods. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { expect, onTestFinished, test } from 'vitest'
import type { Heard, Loss } from '../../client/engine/link.ts'
import { openConnect } from '../../client/engine/link-socket.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { eventually } from '../kit/eventually.ts'

/** Refuses the first `refusals` WebSockets as a proxy does that finds no node. */
async function openMoody(refusals: number) {
  const http = createServer()
  const io = new Server(http)
  io.on('connection', (socket) => void socket.emit('hello', {}))
  const welcome = http.listeners('upgrade')
  http.removeAllListeners('upgrade')
  let upgrades = 0
  http.on('upgrade', (request, socket, head) => {
    upgrades += 1
    if (upgrades <= refusals) socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
    else for (const listener of welcome) listener.call(http, request, socket, head)
  })
  await once(http.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => io.close())
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    transports: () => [...io.sockets.sockets.values()].map((each) => each.conn),
  }
}

function connectTo(url: string) {
  const [hellos, losses]: [unknown[], Loss[]] = [[], []]
  const heard = { hello: (hello: unknown) => hellos.push(hello) } as unknown as Heard
  const connect = openConnect({ url, clock: systemClock })
  const connection = connect({ pollingFirst: false, heard, onLost: (loss) => losses.push(loss) })
  onTestFinished(() => connection.close())
  return { hellos, losses }
}

test('whose WebSocket was refused once comes in by polling, and is on a WebSocket soon after', async () => {
  const { url, transports } = await openMoody(1)
  const { hellos, losses } = connectTo(url)
  await eventually(
    () =>
      transports()
        .map(({ transport }) => transport.name)
        .join() === 'websocket',
  )
  expect([hellos.length, losses]).toEqual([1, []])
})

test('where no WebSocket ever gets through, polling it is', async () => {
  const { url, transports } = await openMoody(Number.POSITIVE_INFINITY)
  const { hellos, losses } = connectTo(url)
  await eventually(() => hellos.length === 1)
  expect([transports().map(({ transport }) => transport.name), losses]).toEqual([['polling'], []])
})

test('where nothing is, that is told once', async () => {
  const { losses } = connectTo('http://127.0.0.1:9')
  await eventually(() => losses.length > 0)
  expect(losses).toEqual([{ timedOut: false }])
})
