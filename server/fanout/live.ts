/** Socket.IO's server with our words on both sides, and what its rooms are called. */
import type { Server, Socket } from 'socket.io'
import type { CallName, EndReason, EventName, Events } from '#protocol/wire.ts'

/** Whose socket it is. Lives in `socket.data` from the handshake on. */
type Who = { userId: string; sid: string; handle: string; generation: number }

type Heard = Record<CallName, (...args: unknown[]) => void>
export type Said = { [Name in EventName]: (payload: Events[Name]) => void }
type Between = { word: (word: string, payload: unknown) => void }
export type Live = Server<Heard, Said, Between, Who>
export type LiveSocket = Socket<Heard, Said, Between, Who>

/** A socket of this node. */
type LocalSocket = { id: string; who: Who }

/** The part of the fan-out that is this node alone. */
export type Locals = {
  /** Lets a socket hear its user and these rooms, from this tick on. */
  enter(socketId: string, hears: { userId: string; roomIds: string[] }): void
  join(socketId: string, roomId: string): void
  /** Joins for a look: of the rooms it hears in this way a socket keeps the latest `limits.guestRooms`. */
  visit(socketId: string, roomId: string): void
  leave(socketId: string, roomId: string): void
  /** Told whenever a socket ceases to hear a room, also by closing. */
  onLeave(handler: (left: { socketId: string; roomId: string }) => void): void
  /** Told when a socket that was too slow for presence keeps up again. [A3] */
  onCaughtUp(handler: (socketId: string) => void): void
  /** Whether the socket's reader is slow: what can wait should. [A3] */
  isBehind(socketId: string): boolean
  /** Rooms that sockets hear. */
  localRooms(): string[]
  localSockets(roomId: string): number
  hears(socketId: string, roomId: string): boolean
  /** Whether it hears the room as a member's, not for a look. */
  belongs(socketId: string, roomId: string): boolean
  socketIds(): string[]
  /** Those on a WebSocket, who came first in front: a proxy that lets them choose sends them to whoever has room. Polling would come back here. */
  nimbleIds(): string[]
  /** How many sockets this person has. */
  socketsOf(userId: string): number
  sockets(): LocalSocket[]
  /** The rooms it hears. */
  roomIdsOf(socketId: string): string[]
  /** Whether it hears `limits.liveRooms` of them. */
  isFull(socketId: string): boolean
  /** Closes the sockets that `concerns`, telling them why. */
  end(concerns: (who: Who) => boolean, reason: EndReason): void
}

/** Sockets whose reader is slow. Rooms of people have longer names. */
export const behind = 'behind'
export const roomName = (roomId: string) => `room:${roomId}`
export const userName = (userId: string) => `user:${userId}`
export const roomIdOf = (name: string) => (name.startsWith('room:') ? name.slice(5) : null)
