/** Fan-out without Redis: nodes on one bus, sockets that remember what they heard; what the bus does to words is the test's. */
import { limits } from '#protocol/limits.ts'
import type { EndReason, EventName, Events } from '#protocol/wire.ts'
import type { Fanout } from '../../server/fanout/fanout.ts'
import { openTold } from '../../server/fanout/told.ts'

export type Who = { userId: string; sid: string }

type Heard = { [Name in EventName]: { event: Name; payload: Events[Name] } }[EventName]

/** A socket as its node sees it. */
type MemorySocket = {
  id: string
  who: Who
  rooms: Set<string>
  receive: (heard: Heard) => void
  end: (reason: EndReason) => void
}

export type MemoryBus = {
  nodes: Set<MemoryFanout>
  /** How a word of one node gets to another: at once, late, never. */
  carry: (task: () => void) => void
  healthy: boolean
  /** What runs when the connection between the nodes was made anew. */
  onRelink: Set<() => void>
}

type Said = 'toRoom' | 'toRoomHere' | 'toOthers' | 'toUser' | 'toUserHere' | 'toSocketsHere'
type Asked = 'hears' | 'roomIdsOf' | 'isFull' | 'localRooms' | 'healthy'
type Heeded = 'join' | 'visit' | 'leave' | 'userJoin' | 'userLeave' | 'onRelink'

export type MemoryFanout = Pick<Fanout, Said | Asked | Heeded> & {
  told: ReturnType<typeof openTold>
  sockets(): { id: string; who: Who }[]
  end(concerns: (who: Who) => boolean, reason: EndReason): void
  tell<Name extends EventName>(those: (socket: MemorySocket) => boolean, event: Name, payload: Events[Name]): void
  each(those: (socket: MemorySocket) => boolean, task: (socket: MemorySocket) => void): void
  /** A socket opens, or closes. */
  enter(socket: MemorySocket): void
  exit(socketId: string): void
  close(): void
}

export function openBus(): MemoryBus {
  return { nodes: new Set(), carry: (task) => task(), healthy: true, onRelink: new Set() }
}

/** One node's fan-out: what is said here is heard here at once, and on the others as the bus has it. */
export function openMemoryFanout(bus: MemoryBus): MemoryFanout {
  const sockets = new Map<string, MemorySocket>()

  function tell<Name extends EventName>(
    those: (socket: MemorySocket) => boolean,
    event: Name,
    payload: Events[Name],
  ): void {
    const heard = { event, payload } as Heard // the pair was checked where it was put together
    for (const socket of [...sockets.values()]) if (those(socket)) socket.receive(heard)
  }

  const inRoom = (roomId: string) => (socket: MemorySocket) => socket.rooms.has(roomId)
  const of = (userId: string) => (socket: MemorySocket) => socket.who.userId === userId

  function everywhere(task: (node: MemoryFanout) => void): void {
    task(fanout)
    for (const node of bus.nodes) if (node !== fanout) bus.carry(() => bus.nodes.has(node) && task(node))
  }

  const told = openTold({ hearsAnybody: (roomId) => [...sockets.values()].some(inRoom(roomId)) })

  const fanout: MemoryFanout = {
    tell,
    told,
    toRoomHere(roomId, event, payload) {
      if ('base' in payload) told.note(payload)
      tell(inRoom(roomId), event, payload)
    },
    toUserHere(userId, event, payload) {
      tell(of(userId), event, payload)
    },
    toRoom(roomId, event, payload) {
      everywhere((node) => node.toRoomHere(roomId, event, payload))
    },
    toSocketsHere(socketIds, event, payload) {
      const ids = new Set(socketIds)
      tell(({ id }) => ids.has(id), event, payload)
    },
    toOthers({ roomId, userId }, event, payload) {
      everywhere((node) => node.tell((socket) => inRoom(roomId)(socket) && !of(userId)(socket), event, payload))
    },
    toUser(userId, event, payload) {
      everywhere((node) => node.toUserHere(userId, event, payload))
    },
    join: (socketId, roomId) => void sockets.get(socketId)?.rooms.add(roomId),
    visit: (socketId, roomId) => fanout.join(socketId, roomId),
    leave: (socketId, roomId) => void sockets.get(socketId)?.rooms.delete(roomId),
    hears: (socketId, roomId) => sockets.get(socketId)?.rooms.has(roomId) ?? false,
    each(those, task) {
      for (const socket of [...sockets.values()].filter(those)) task(socket)
    },
    userJoin(userId, standing) {
      everywhere((node) => {
        node.each(of(userId), ({ rooms }) => rooms.add(standing.room.id))
        node.toUserHere(userId, 'room:added', standing)
      })
    },
    userLeave(userId, roomId) {
      everywhere((node) => {
        node.each(of(userId), ({ rooms }) => rooms.delete(roomId))
        node.toUserHere(userId, 'room:removed', { roomId })
      })
    },
    localRooms: () => [...new Set([...sockets.values()].flatMap(({ rooms }) => [...rooms]))],
    sockets: () => [...sockets.values()].map(({ id, who }) => ({ id, who })),
    roomIdsOf: (socketId) => [...(sockets.get(socketId)?.rooms ?? [])],
    isFull: (socketId) => (sockets.get(socketId)?.rooms.size ?? 0) >= limits.liveRooms,
    healthy: () => bus.healthy,
    onRelink(task) {
      bus.onRelink.add(task)
      return () => bus.onRelink.delete(task)
    },
    end(concerns, reason) {
      for (const socket of [...sockets.values()].filter(({ who }) => concerns(who))) {
        sockets.delete(socket.id)
        socket.end(reason)
      }
    },
    enter: (socket) => void sockets.set(socket.id, socket),
    exit: (socketId) => void sockets.delete(socketId),
    close: () => void bus.nodes.delete(fanout),
  }
  bus.nodes.add(fanout)
  return fanout
}

/** A socket that keeps what it heard, for a test to look at. */
export function listener(id: string, who: Who) {
  const heard: Heard[] = []
  const ended: EndReason[] = []
  const socket: MemorySocket = {
    id,
    who,
    rooms: new Set(),
    receive: (said) => void heard.push(said),
    end: (reason) => void ended.push(reason),
  }
  return { socket, heard, ended }
}
