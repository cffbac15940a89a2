/** Nodes that do nothing but fan out, in one process on one Redis, and sockets on them that hear what they ask to hear. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { io as connect, type Socket } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { openRedis } from '../../server/cache/redis.ts'
import { type Fanout, openFanout } from '../../server/fanout/fanout.ts'
import { systemClock } from '../../server/kit/clock.ts'
import { isOurOrigin } from '../../server/kit/origin.ts'
import { eventually } from './eventually.ts'
import { silentLog, testMetrics } from './open-redis.ts'

export type FanoutNode = {
  fanout: Fanout
  url: string
  publishFaults(): Promise<number>
  turnServing(to: boolean): void
}

/** A socket says who it is and what it hears in `auth`, and is believed: there is no gateway here. */
export async function openFanoutNode(redisUrl: string): Promise<FanoutNode> {
  const metrics = testMetrics()
  const common = { url: redisUrl, log: silentLog, metrics, clock: systemClock }
  const publisher = openRedis({ ...common, name: 'publisher' })
  const subscriber = openRedis({ ...common, name: 'subscriber', offlineQueue: true })
  let isServing = true
  const httpServer = createServer((_, response) => response.writeHead(404).end())
  const fanout = openFanout({
    httpServer,
    publisher,
    subscriber,
    allow: ({ headers }) => isOurOrigin(headers, []),
    isServing: () => isServing,
    clock: systemClock,
    log: silentLog,
    metrics,
    options: { pingIntervalMs: 5_000, pingTimeoutMs: 5_000, paceMs: 25 },
  })
  fanout.io.on('connection', (socket) => {
    const { userId = 'nobody', roomIds = [] } = socket.handshake.auth as { userId?: string; roomIds?: string[] }
    Object.assign(socket.data, { userId, sid: userId, handle: userId, generation: 1 })
    fanout.enter(socket.id, { userId, rooms: roomIds.map((roomId) => ({ roomId, rev: 0 })) })
  })
  httpServer.listen(0, '127.0.0.1')
  await once(httpServer, 'listening')
  onTestFinished(async () => {
    await fanout.close()
    await Promise.all([publisher.close(), subscriber.close()])
  })
  const { port } = httpServer.address() as AddressInfo
  await eventually(() => fanout.healthy())
  return {
    fanout,
    url: `http://127.0.0.1:${port}`,
    turnServing(to) {
      isServing = to
    },
    publishFaults: async () => (await metrics.publishFaults.get()).values.reduce((sum, { value }) => sum + value, 0),
  }
}

export type Ear = {
  socket: Socket
  id: string
  /** Everything heard so far, in order. */
  heard: { event: string; payload: unknown }[]
  /** The payloads heard under one name. */
  of(event: string): unknown[]
}

/** A socket on a node that hears its user and these rooms; resolves when the server has let it in. */
export async function openEar(url: string, auth: { userId: string; roomIds?: string[] }): Promise<Ear> {
  const socket = connect(url, { auth, transports: ['websocket'], forceNew: true, reconnectionDelay: 50 })
  onTestFinished(() => void socket.close())
  const heard: Ear['heard'] = []
  socket.onAny((event: string, payload: unknown) => heard.push({ event, payload }))
  await eventually(() => socket.connected)
  return {
    socket,
    id: socket.id ?? '',
    heard,
    of: (event) => heard.filter((one) => one.event === event).map(({ payload }) => payload),
  }
}
