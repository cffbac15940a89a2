/** The way from a node to every socket of a room or a person, on all nodes: Socket.IO on Redis's sharded pub/sub. */
import { randomUUID } from 'node:crypto'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { createShardedAdapter } from '@socket.io/redis-adapter'
import { Server } from 'socket.io'
import { limits } from '#protocol/limits.ts'
import type { EventName, Events, Standing } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { type Passage, watchDeliveries } from './deliveries.ts'
import { openDoor } from './door.ts'
import { watchFlood } from './flood.ts'
import { openGather } from './gather.ts'
import { behind, type Live, type LiveSocket, type Locals, roomIdOf, roomName, type Said, userName } from './live.ts'
import { openLocals } from './locals.ts'
import { openInOneWrite } from './one-write.ts'
import { openProbe } from './probe.ts'
import { openPublisher, type PublisherLink } from './publisher.ts'
import { openSpans } from './spans.ts'
import { forgetRequests } from './stand-ins.ts'
import { type Listener, openSubscriber, type SubscriberLink } from './subscriber.ts'
import { openTold, type Told } from './told.ts'
import { openWords, type Words } from './words.ts'

type Needs = {
  /** With its handler for all other paths already in place, or one that looks away from `/socket.io/`. */
  httpServer: HttpServer
  publisher: PublisherLink
  subscriber: SubscriberLink
  /** Asked for every request and upgrade of Socket.IO's. [X1] */
  allow: (request: IncomingMessage) => boolean
  /** Asked for every new connection: whether there is any use in it. */
  isServing: () => boolean
  clock: Clock
  log: Log
  metrics: Pick<Metrics, 'publishFaults' | 'refusals' | 'deliveries' | 'deliverySeconds' | 'fanoutSeconds' | 'givenUp'>
  /** `paceMs`: between two frames to one room. */
  options: { pingIntervalMs: number; pingTimeoutMs: number; paceMs: number }
}

type Say<To> = <Name extends EventName>(to: To, event: Name, payload: Events[Name]) => void

/** No verb throws or rejects because of Redis, and none waits for it: what is not delivered, repair heals. [A2] */
export type Fanout = Words &
  Omit<Locals, 'enter'> & {
    /** The gateway hangs its handlers here. */
    io: Live
    told: Told
    /** Lets a socket hear its user and these rooms, from this tick on; `rev` is what it was told of each. */
    enter(socketId: string, hears: { userId: string; rooms: readonly { roomId: string; rev: number }[] }): void
    /** `room:changes` of a hot room go out in one frame with others. [A4] */
    toRoom: Say<string>
    /** Once to everybody who hears any of them. */
    toRooms: Say<readonly string[]>
    /** To the sockets of this node alone. */
    toRoomHere: Say<string>
    /** To the room without one of its people. */
    toOthers: Say<{ roomId: string; userId: string }>
    toUser: Say<string>
    toUserHere: Say<string>
    /** To these sockets of this node, encoded once. */
    toSocketsHere: Say<Iterable<string>>
    /** Lets all sockets of a user hear a room, or no longer, on every node, and tells them: `room:added`, `room:removed`. [M2] */
    userJoin(userId: string, standing: Standing): void
    userLeave(userId: string, roomId: string): void
    /** False while other nodes are not reached, or may not be. */
    healthy(): boolean
    /** Runs `task` after every new connection to what carries the words between nodes: however short the pause was, some may be lost. Returns the way to stop. */
    onRelink(task: () => void): () => void
    /** How long a word to the other nodes took there and back when it was last looked at. */
    lagMs(): number
    /** Closes all sockets at once, and the HTTP server. */
    close(): Promise<void>
  }

/** What a slow reader is spared. [A3] */
const sparable = new Set<EventName>(['member:typing', 'room:presence'])

export function openFanout({ httpServer, publisher, subscriber, allow, isServing, ...needs }: Needs): Fanout {
  const { clock, log, metrics, options } = needs
  const subscriptions = openSubscriber({ link: subscriber, clock })
  // the adapter knows a client of node-redis by a verb of the subscriber's, so both parts go in as one
  const { sSubscribe, sUnsubscribe } = subscriptions
  const { sPublish } = openPublisher({ link: publisher, metrics })
  const gather = openGather({
    say: (changes) => say(io.local.to(roomName(changes.roomId)), 'room:changes', changes),
    clock,
    options: { paceMs: options.paceMs, frameBytes: limits.frameBytes },
  })
  const spans = openSpans({
    publish: sPublish,
    onSpoken(spoken, path) {
      told.note(spoken.changes)
      deliveries.arrived(spoken.changes, path)
      gather.take(spoken)
    },
  })
  const listeners = new Map<Listener, Listener>()
  /** Hears what is no span. The adapter has the same listener for all of its channels, so this makes one for all of them. */
  function afterSpans(listener: Listener): Listener {
    const made = listeners.get(listener) ?? ((message, channel) => spans.hear(message) || listener(message, channel))
    listeners.set(listener, made)
    return made
  }
  const client = {
    sPublish,
    sSubscribe: (name: string, listener: Listener) => sSubscribe(name, afterSpans(listener)),
    sUnsubscribe,
  }
  const io: Live = new Server(httpServer, {
    adapter: createShardedAdapter(client, client, { channelPrefix: 'parley', subscriptionMode: 'dynamic' }),
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    connectTimeout: 10_000,
    maxHttpBufferSize: limits.requestBytes,
    perMessageDeflate: false,
    transports: ['websocket', 'polling'],
    serveClient: false,
  })
  const { adapter, sockets } = io.of('/')
  const isLinked = () => publisher.healthy() && subscriber.healthy()
  const words = openWords({ io, log })
  // the sharded adapter has what is needed, though Socket.IO's types know only the plain one
  const deliveries = watchDeliveries({ passage: adapter as unknown as Passage, clock, metrics })
  const locals = openLocals({ io, log, metrics })
  const told = openTold({ hearsAnybody: (roomId) => locals.localSockets(roomId) > 0 })
  adapter.on('delete-room', (name: string) => {
    const roomId = roomIdOf(name)
    if (roomId !== null) told.doubt(roomId)
  })
  const probe = openProbe({
    client,
    channel: `parley:probe:${randomUUID()}`,
    isLinked,
    clock,
    metrics,
    onTurn: (healthy) => log[healthy ? 'info' : 'warn']({ event: healthy ? 'fanout-whole' : 'fanout-broken' }),
  })
  const stopListening = [publisher, subscriber].map((link) => link.onReady(probe.kick))

  io.engine.on('connection', (engine: LiveSocket['conn']) => {
    const onFlood = () => {
      metrics.givenUp.inc({ reason: 'flood' })
      log.info({ event: 'flooding-connection-closed' })
    }
    watchFlood({ engine, clock, onFlood })
  })
  forgetRequests(io.engine)
  openInOneWrite(io.engine)
  io.engine.use(openDoor({ allow, isServing, onRefusal: ({ code }) => metrics.refusals.inc({ code }) }))

  // one word for hearing and knowing: of two, one could be lost, and repair cannot see what a client was told
  words.onNodes('room:joined', ({ roomId, userId, standing }) => {
    for (const id of adapter.rooms.get(userName(userId)) ?? []) {
      const heard = sockets.get(id)?.rooms.size ?? 0
      if (heard < limits.liveRooms + 2) locals.join(id, roomId) // beside rooms it is in its own and its user's
    }
    say(io.local.to(userName(userId)), 'room:added', standing)
  })
  words.onNodes('room:left', ({ roomId, userId }) => {
    io.local.in(userName(userId)).socketsLeave(roomName(roomId))
    say(io.local.to(userName(userId)), 'room:removed', { roomId })
  })

  function say<Name extends EventName>(to: ReturnType<Live['to']>, event: Name, payload: Events[Name]): void {
    const those = sparable.has(event) ? to.except(behind) : to
    those.emit(event, ...([payload] as Parameters<Said[Name]>)) // the type of `emit` cannot tie a name to its payload
  }

  return {
    ...words,
    ...locals,
    io,
    told,
    enter(socketId, { userId, rooms }) {
      for (const { roomId, rev } of rooms) told.begin(roomId, rev)
      locals.enter(socketId, { userId, roomIds: rooms.map(({ roomId }) => roomId) })
    },
    toRoom(roomId, event, payload) {
      if ('base' in payload) spans.say(payload)
      else say(io.to(roomName(roomId)), event, payload)
    },
    toRooms(roomIds, event, payload) {
      if (roomIds.length > 0) say(io.to(roomIds.map(roomName)), event, payload) // to none would be to all
    },
    toRoomHere: (roomId, event, payload) => say(io.local.to(roomName(roomId)), event, payload),
    toOthers: ({ roomId, userId }, event, payload) =>
      say(io.to(roomName(roomId)).except(userName(userId)), event, payload),
    toUser: (userId, event, payload) => say(io.to(userName(userId)), event, payload),
    toUserHere: (userId, event, payload) => say(io.local.to(userName(userId)), event, payload),
    toSocketsHere(socketIds, event, payload) {
      const ids = [...socketIds]
      if (ids.length > 0) say(io.local.to(ids), event, payload) // to none would be to all
    },
    userJoin: (userId, standing) => words.toNodes('room:joined', { userId, roomId: standing.room.id, standing }),
    userLeave: (userId, roomId) => words.toNodes('room:left', { userId, roomId }),
    healthy: () => isLinked() && probe.healthy(),
    onRelink(task) {
      const stops = [publisher, subscriber].map((link) => link.onReady(task))
      return () => {
        for (const stop of stops) stop()
      }
    },
    lagMs: probe.lagMs,
    async close() {
      for (const stop of stopListening) stop()
      gather.close()
      await probe.close()
      await io.close()
      await subscriptions.close()
    },
  }
}
