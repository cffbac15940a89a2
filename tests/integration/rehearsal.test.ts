/** A node that has rehearsed: it kept its doors shut meanwhile, and nothing of it is left. */
import { createServer, type IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../server/kit/clock.ts'
import { openLog } from '../../server/kit/log.ts'
import { rehearse } from '../../server/rehearsal.ts'
import { openNodes } from '../kit/nodes.ts'
import { openVisitor } from '../kit/visitor.ts'

const log = openLog({ node: 'test', level: 'silent', pretty: false })

test('everybody who knocks goes all the way to the refusal, and is gone', async () => {
  const server = createServer()
  const io = new Server(server)
  onTestFinished(() => void io.close())
  io.use((_socket, next) => next(new Error('signed-out')))
  const warmUp = vi.fn(async () => {})
  const heard = await rehearse({ server, warmUp, clock: systemClock, log })
  expect(heard).toHaveLength(30)
  for (const each of heard) {
    expect(each).toMatch(/^HTTP\/1.1 101 /)
    expect(each).toContain('44{"message":"signed-out"')
  }
  expect(warmUp).toHaveBeenCalledOnce()
  expect([io.engine.clientsCount, server.listenerCount('connection')]).toEqual([0, 1])
})

test('where the door lets nobody in yet, it knocks again until it does', async () => {
  const server = createServer()
  const io = new Server(server)
  onTestFinished(() => void io.close())
  io.use((_socket, next) => next(new Error('signed-out')))
  let turnedAway = 0
  io.engine.use((request: IncomingMessage, _response: unknown, next: () => void) => {
    if (turnedAway === 5) return next()
    turnedAway += 1
    request.socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
  })
  expect(await rehearse({ server, warmUp: async () => {}, clock: systemClock, log })).toHaveLength(30)
  expect(turnedAway).toBe(5)
})

test('where nobody answers it ends all the same', async () => {
  const warmUp = () => new Promise<void>(() => {})
  const server = createServer() // without a socket door
  await rehearse({ server, warmUp, clock: { ...systemClock, after: (_ms, task) => systemClock.after(0, task) }, log })
})

test('a node has refused those it rehearsed with by the time it is ready, and nobody is connected', async () => {
  const { nodes, origins } = await openNodes(1)
  onTestFinished(() => nodes[0]?.close())
  const { body } = await openVisitor(origins[0] ?? '').get<string>('/metrics')
  const metrics = String(body)
  expect(metrics).toMatch(/handshakes_total\{[^}]*outcome="signed-out"[^}]*\} ([1-9]|[12]\d|30)\n/)
  expect(metrics).not.toMatch(/handshakes_total\{[^}]*outcome="(?!signed-out)/)
  expect(metrics).toMatch(/connections(\{[^}]*\})? 0\n/)
})
