/** A cluster as the engine meets it: a session by cookie, connections that break, words that get lost on the way. */
import { limits } from '#protocol/limits.ts'
import type { RefusalCode } from '#protocol/refusals.ts'
import { refusals } from '#protocol/refusals.ts'
import type { Answer, CallName, Calls, Changes, EventName, Events, Hello, User } from '#protocol/wire.ts'
import type { Fetch } from '../../client/engine/http.ts'
import type { Connect, Heard, Loss } from '../../client/engine/link.ts'
import type { ManualClock } from '../kit/manual-clock.ts'
import { openFakeOwn } from './fake-own.ts'
import { openFakeRooms, Refused } from './fake-rooms.ts'

/** The way to the cluster, one per client. Delays in ms; a word that is lost is told to nobody. */
export type Network = {
  isUp: boolean
  delayMs: () => number
  losesEvent: () => boolean
  doublesEvent: () => boolean
  /** The answer is lost: it was done, and nobody knows. */
  losesAnswer: (name: CallName) => boolean
  /** Refuses a call before it is done. */
  refuses: (name: CallName) => { code: RefusalCode; retryInMs?: number } | null
}

type Socket = {
  userId: string
  heard: Heard
  network: Network
  node: string
  isOpen: boolean
  lose: (loss: Loss) => void
}

export const goodNetwork = (): Network => ({
  isUp: true,
  delayMs: () => 5,
  losesEvent: () => false,
  doublesEvent: () => false,
  losesAnswer: () => false,
  refuses: () => null,
})

export type FakeCluster = ReturnType<typeof openFakeCluster>

export function openFakeCluster({ clock }: { clock: ManualClock }) {
  const users = new Map<string, User>()
  const sockets = new Set<Socket>()
  const calls: { userId: string; name: CallName; input: Calls[CallName]['input'] }[] = []
  const rooms = openFakeRooms({ now: clock.now, onCommit: announce })
  const nodes = { next: 'node-1' }
  const own = openFakeOwn({ toUser })

  function tell<Name extends EventName>(socket: Socket, name: Name, payload: Events[Name]): void {
    const { network } = socket
    const isChange = name === 'room:changes'
    if (isChange && network.losesEvent()) return
    const times = isChange && network.doublesEvent() ? 2 : 1
    for (let time = 0; time < times; time++)
      clock.after(isChange ? network.delayMs() : 1, () => {
        if (socket.isOpen) socket.heard[name](payload)
      })
  }

  function toMembers<Name extends EventName>(roomId: string, name: Name, payload: Events[Name]): void {
    const { members } = rooms.get(roomId)
    for (const socket of sockets) if (members.has(socket.userId)) tell(socket, name, payload)
  }

  function announce(span: Changes): void {
    toMembers(span.roomId, 'room:changes', span)
  }

  function helloOf(userId: string, node: string): Hello {
    const user = users.get(userId)
    if (user === undefined) throw new Error('unable to greet; there is no such user')
    const mine = rooms.all().filter(({ members }) => members.has(userId))
    return {
      node,
      epoch: rooms.options.epoch,
      user,
      rooms: mine.map(({ room, head, rev, members }) => ({
        room,
        head,
        rev,
        lastRead: members.get(userId)?.lastRead ?? 0,
        mentions: 0,
        ...own.preferences(room.id, userId),
      })),
      blocked: own.blocked(userId),
    }
  }

  function mark(roomId: string, userId: string, seq: number, isDown: boolean): Record<never, never> {
    const { members, head } = rooms.get(roomId)
    const member = members.get(userId)
    if (member === undefined) throw new Refused('forbidden')
    const to = Math.min(head, seq)
    const lastRead = isDown ? Math.min(member.lastRead, to) : Math.max(member.lastRead, to)
    members.set(userId, { ...member, lastRead })
    const mark = { roomId, userId, seq: lastRead }
    toUser(userId, 'room:read', mark)
    if (!isDown && members.size <= limits.readShown)
      for (const socket of sockets)
        if (members.has(socket.userId) && socket.userId !== userId) tell(socket, 'room:read', mark)
    return {}
  }

  function toUser<Name extends EventName>(userId: string, name: Name, payload: Events[Name]): void {
    for (const socket of sockets) if (socket.userId === userId) tell(socket, name, payload)
  }

  const serve: { [Name in CallName]: (userId: string, input: Calls[Name]['input']) => Calls[Name]['value'] } = {
    'message:send'(authorId, draft) {
      const [message] = rooms.send([{ ...draft, authorId }])
      if (message === undefined) throw new Refused('unavailable')
      const last = rooms.row(draft.roomId, message.seq)
      return { seq: last.seq, rev: last.rev, sentAt: last.sentAt }
    },
    'message:edit': (_userId, { roomId, seq, body, onRev }) => {
      const row = rooms.row(roomId, seq)
      if (onRev !== undefined && row.rev !== onRev) throw new Refused('conflict')
      return { rev: rooms.edit(roomId, seq, body).rev }
    },
    'message:delete': (_userId, { roomId, seq }) => ({ rev: rooms.remove(roomId, seq).rev }),
    'message:react': (_userId, { roomId, seq }) => ({ rev: rooms.row(roomId, seq).rev }),
    'message:pin': (userId, { roomId, seq, on }) => ({ rev: rooms.pin({ roomId, seq }, on ? userId : null).rev }),
    'room:resume': (_userId, input) => rooms.resume(input),
    'room:page': (_userId, input) => rooms.page(input),
    'room:read': (userId, { roomId, seq }) => mark(roomId, userId, seq, false),
    'room:unread': (userId, { roomId, seq }) => mark(roomId, userId, seq, true),
    'member:typing'(userId, { roomId }) {
      toMembers(roomId, 'member:typing', { roomId, userId })
      return {}
    },
  }

  const refusal = (code: RefusalCode, retryInMs?: number): Answer<never> => {
    const { detail, definite } = refusals[code]
    return { ok: false, code, detail, definite, ...(retryInMs === undefined ? {} : { retryInMs }) }
  }

  function answerTo<Name extends CallName>(socket: Socket, name: Name, input: Calls[Name]['input']) {
    calls.push({ userId: socket.userId, name, input })
    const refuses = socket.network.refuses(name)
    if (refuses !== null) return refusal(refuses.code, refuses.retryInMs)
    try {
      return { ok: true, value: serve[name](socket.userId, input) } as const
    } catch (fault) {
      if (fault instanceof Refused) return refusal(fault.code)
      throw fault
    }
  }

  function breakSocket(socket: Socket, loss: Loss = { timedOut: false }): void {
    if (!socket.isOpen) return
    socket.isOpen = false
    sockets.delete(socket)
    socket.lose(loss)
  }

  /** Connections of whoever `session` names at that moment. */
  const connectBy =
    (session: { userId: string | null }, network: Network): Connect =>
    ({ heard, onLost }) => {
      const unanswered = new Set<() => void>()
      const lose = (loss: Loss) => {
        for (const give of unanswered) give()
        onLost(loss)
      }
      const socket: Socket = { userId: session.userId ?? '', heard, network, node: nodes.next, isOpen: true, lose }
      clock.after(network.delayMs(), () => {
        if (!socket.isOpen) return
        if (!network.isUp) return breakSocket(socket)
        if (session.userId === null) return breakSocket(socket, { code: 'signed-out', timedOut: false })
        sockets.add(socket)
        tell(socket, 'hello', helloOf(session.userId, socket.node))
      })
      return {
        call<Name extends CallName>(name: Name, input: Calls[Name]['input']) {
          const { promise, resolve } = Promise.withResolvers<Answer<Calls[Name]['value']> | null>()
          const give = () => resolve(null)
          unanswered.add(give)
          clock.after(network.delayMs(), () => {
            if (!socket.isOpen) return resolve(null)
            const answer = answerTo(socket, name, input)
            if (!network.losesAnswer(name)) clock.after(network.delayMs(), () => resolve(socket.isOpen ? answer : null))
          })
          return promise
        },
        heardAt: clock.now,
        close() {
          socket.isOpen = false
          sockets.delete(socket)
          for (const give of unanswered) give()
        },
      }
    }

  /** The few paths an engine needs to start. */
  const fetchBy =
    (session: { userId: string | null }, network: Network): Fetch =>
    async (url, { method, body }) => {
      if (!network.isUp) throw new TypeError('unable to fetch')
      const { pathname, searchParams } = new URL(url)
      const refuse = (code: RefusalCode) =>
        Response.json({ code, ...refusals[code] }, { status: refusals[code].status })
      if (method === 'POST' && pathname === '/api/session') {
        const given: unknown = JSON.parse(body ?? '{}')
        const user = [...users.values()].find((one) => JSON.stringify(given).includes(`"${one.username}"`))
        if (user === undefined) return refuse('signed-out')
        session.userId = user.id
        return Response.json({ user })
      }
      if (session.userId === null) return refuse('signed-out')
      if (pathname === '/api/session' && method === 'DELETE') {
        session.userId = null
        return new Response(null, { status: 204 })
      }
      if (pathname === '/api/session') return Response.json({ user: users.get(session.userId) })
      const settled = own.serve({ userId: session.userId, method, pathname, body })
      if (settled !== null) return settled
      const ids = (searchParams.get('ids') ?? '').split(',')
      return Response.json({ users: ids.flatMap((id) => users.get(id) ?? []) })
    }

  return {
    rooms,
    calls,
    nodes,
    connectBy,
    fetchBy,
    addUser(id: string): User {
      const user = { id, username: id, displayName: id.toUpperCase() }
      users.set(id, user)
      return user
    },
    socketsOf: (userId: string) => [...sockets].filter((socket) => socket.userId === userId),
    tell,
    toMembers,
    /** Breaks every connection of a user, as a killed node does. */
    cut(userId: string): void {
      for (const socket of [...sockets]) if (socket.userId === userId) breakSocket(socket)
    },
    /** What repair tells every 2 s of rooms that moved. */
    beat(): void {
      for (const { room, rev, head } of rooms.all()) toMembers(room.id, 'room:head', { roomId: room.id, rev, head })
    },
  }
}
