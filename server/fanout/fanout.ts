/** The way from a node to every socket of a room or a person, on all nodes: Socket.IO on Redis's sharded pub/sub. */
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server } from 'socket.io'
import type { CallName, EndReason, EventName, Events } from '#protocol/wire.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { PublisherLink } from './publisher.ts'
import type { SubscriberLink } from './subscriber.ts'
import type { NodeWord, NodeWords } from './words.ts'

/** Whose socket it is. Lives in `socket.data` from the handshake on. */
export type Who = { userId: string; sid: string; handle: string; generation: number }

type Heard = Record<CallName, (...args: unknown[]) => void>
type Said = { [Name in EventName]: (payload: Events[Name]) => void }
export type Live = Server<Heard, Said, { word: (word: string, payload: unknown) => void }, Who>

/** A socket of this node, with the rooms it hears. */
export type LocalSocket = { id: string; who: Who; roomIds: string[] }

type Needs = {
  httpServer: HttpServer
  publisher: PublisherLink
  subscriber: SubscriberLink
  /** Asked for every request and upgrade of Socket.IO's. [X1] */
  allow: (request: IncomingMessage) => boolean
  clock: Clock
  log: Log
  metrics: Pick<Metrics, 'publishFaults' | 'refusals'>
  options: { pingIntervalMs: number; pingTimeoutMs: number }
}

/** No verb throws or rejects because of Redis, and none waits for it: what is not delivered, repair heals. [A2] */
export type Fanout = {
  /** The gateway hangs its handlers here. */
  io: Live
  toRoom<Name extends EventName>(roomId: string, event: Name, payload: Events[Name]): void
  /** To the sockets of this node alone. */
  toRoomHere<Name extends EventName>(roomId: string, event: Name, payload: Events[Name]): void
  /** To the room without one of its people. */
  toOthers<Name extends EventName>(to: { roomId: string; userId: string }, event: Name, payload: Events[Name]): void
  toUser<Name extends EventName>(userId: string, event: Name, payload: Events[Name]): void
  toUserHere<Name extends EventName>(userId: string, event: Name, payload: Events[Name]): void
  /** To these sockets of this node, encoded once. */
  toSocketsHere<Name extends EventName>(socketIds: Iterable<string>, event: Name, payload: Events[Name]): void
  /** Says a word to every node, this one included. */
  toNodes<Word extends NodeWord>(word: Word, payload: NodeWords[Word]): void
  onNodes<Word extends NodeWord>(word: Word, handler: (payload: NodeWords[Word]) => void): void
  /** Lets a local socket hear a room, from this tick on. */
  join(socketId: string, roomId: string): void
  leave(socketId: string, roomId: string): void
  /** Lets all sockets of a user hear a room, or no longer, on every node. [M2] */
  userJoin(userId: string, roomId: string): void
  userLeave(userId: string, roomId: string): void
  /** Told whenever a local socket ceases to hear a room, also by closing. */
  onLeave(handler: (left: { socketId: string; roomId: string }) => void): void
  /** Told when a local socket that was too slow for presence keeps up again. [A3] */
  onCaughtUp(handler: (socketId: string) => void): void
  /** Rooms that local sockets hear. */
  localRooms(): string[]
  localSockets(roomId: string): number
  hears(socketId: string, roomId: string): boolean
  sockets(): LocalSocket[]
  /** Closes the local sockets that `concerns`, telling them why. */
  end(concerns: (who: Who) => boolean, reason: EndReason): void
  /** False while the other nodes are not reached, or may not be. */
  healthy(): boolean
  close(): Promise<void>
}

export declare function openFanout(needs: Needs): Fanout
