/** The sockets of this node: which rooms they hear, which of them are slow, and how they are sent away. */
import { limits } from '#protocol/limits.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { behind, type Live, type LiveSocket, type Locals, roomIdOf, roomName, userName } from './live.ts'
import { openPressure } from './pressure.ts'

type Needs = { io: Live; log: Log; metrics: Pick<Metrics, 'givenUp'> }

const without = (roomIds: readonly string[], roomId: string) => roomIds.filter((id) => id !== roomId)

export function openLocals({ io, log, metrics }: Needs): Locals {
  const { adapter, sockets } = io.of('/')
  const caughtUp: ((socketId: string) => void)[] = []
  /** The rooms a socket visits, those it came to first in front. */
  const visits = new WeakMap<LiveSocket, string[]>()
  /** Of the rooms heard here, each name once, both ways: every socket would else keep a copy of the name of every room it hears. */
  const names = new Map<string, string>()
  const idsByName = new Map<string, string>()
  const nameOf = (roomId: string) => names.get(roomId) ?? roomName(roomId)
  const visitsOf = (socket: LiveSocket) => visits.get(socket) ?? []

  const watchPressure = openPressure<LiveSocket>({
    onBehind: (socket) => void socket.join(behind),
    onCaughtUp(socket) {
      void socket.leave(behind)
      for (const handler of caughtUp) handler(socket.id)
    },
    onGivenUp(socket) {
      metrics.givenUp.inc({ reason: 'slow' })
      log.info({ event: 'slow-socket-closed', user: socket.data.userId })
    },
  })
  io.on('connection', (socket) => watchPressure(socket.conn, socket))

  adapter.on('create-room', (name: string) => {
    const roomId = roomIdOf(name)
    if (roomId === null) return
    names.set(roomId, name)
    idsByName.set(name, roomId)
  })
  adapter.on('delete-room', (name: string) => {
    const roomId = idsByName.get(name)
    if (roomId === undefined) return
    names.delete(roomId)
    idsByName.delete(name)
  })

  function roomIdsOf(socketId: string): string[] {
    const heard: string[] = []
    for (const name of adapter.sids.get(socketId) ?? []) {
      const roomId = idsByName.get(name)
      if (roomId !== undefined) heard.push(roomId)
    }
    return heard
  }

  const hears = (socketId: string, roomId: string) => adapter.rooms.get(roomName(roomId))?.has(socketId) ?? false

  return {
    enter: (socketId, { userId, roomIds }) =>
      void sockets.get(socketId)?.join([userName(userId), ...roomIds.map(nameOf)]),
    join(socketId, roomId) {
      const socket = sockets.get(socketId)
      if (socket === undefined) return
      void socket.join(nameOf(roomId))
      // it has come to stay
      if (visits.has(socket)) visits.set(socket, without(visitsOf(socket), roomId))
    },
    visit(socketId, roomId) {
      const socket = sockets.get(socketId)
      if (socket === undefined) return
      const before = without(visitsOf(socket), roomId).filter((id) => socket.rooms.has(roomName(id)))
      const visited = [...before, roomId]
      void socket.join(nameOf(roomId))
      for (const id of visited.splice(0, visited.length - limits.guestRooms)) void socket.leave(roomName(id))
      visits.set(socket, visited)
    },
    leave: (socketId, roomId) => void sockets.get(socketId)?.leave(roomName(roomId)),
    onLeave(handler) {
      adapter.on('leave-room', (name: string, socketId: string) => {
        const roomId = roomIdOf(name)
        if (roomId !== null) handler({ socketId, roomId })
      })
    },
    onCaughtUp: (handler) => void caughtUp.push(handler),
    isBehind: (socketId) => sockets.get(socketId)?.rooms.has(behind) ?? false,
    localRooms: () => [...names.keys()],
    localSockets: (roomId) => adapter.rooms.get(roomName(roomId))?.size ?? 0,
    hears,
    belongs(socketId, roomId) {
      const socket = sockets.get(socketId)
      return socket !== undefined && hears(socketId, roomId) && !visitsOf(socket).includes(roomId)
    },
    socketsOf: (userId) => adapter.rooms.get(userName(userId))?.size ?? 0,
    socketIds: () => [...sockets.keys()],
    nimbleIds: () =>
      [...sockets.values()].filter(({ conn }) => conn.transport.name === 'websocket').map(({ id }) => id),
    sockets: () => [...sockets.values()].map(({ id, data }) => ({ id, who: data })),
    roomIdsOf,
    isFull(socketId) {
      const size = adapter.sids.get(socketId)?.size ?? 0 // its own name is one of them, and its user's
      return size >= limits.liveRooms && roomIdsOf(socketId).length >= limits.liveRooms
    },
    end(concerns, reason) {
      for (const socket of [...sockets.values()]) {
        if (!concerns(socket.data)) continue
        socket.emit('session:ended', { reason })
        socket.disconnect(true)
      }
    },
  }
}
