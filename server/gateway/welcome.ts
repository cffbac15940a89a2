/** What a socket gets when it has come in: the state of its world first, then all that changes in it. */
import { limits } from '#protocol/limits.ts'
import type { Standing, User } from '#protocol/wire.ts'
import type { Presence } from '../cluster/presence.ts'
import type { Fanout } from '../fanout/fanout.ts'
import type { LiveSocket } from '../fanout/live.ts'
import { Refusal } from '../kit/refusal.ts'
import type { Epoch } from '../rooms/epoch.ts'
import type { MessageLog } from '../store/message-log.ts'
import type { Admission } from './connect.ts'
import { type Context, openContext, type Service } from './context.ts'
import { type Call, refuse } from './handle.ts'
import { onDelete } from './on-delete.ts'
import { onEdit } from './on-edit.ts'
import { onPage } from './on-page.ts'
import { onPin } from './on-pin.ts'
import { onReact } from './on-react.ts'
import { onRead } from './on-read.ts'
import { onResume } from './on-resume.ts'
import { onSend } from './on-send.ts'
import { onTyping } from './on-typing.ts'
import { onUnread } from './on-unread.ts'

export type WelcomeNeeds = Service & {
  node: { name: string }
  fanout: Pick<Fanout, 'enter' | 'told'>
  presence: Pick<Presence, 'arrive' | 'depart'>
  messageLog: Pick<MessageLog, 'revs'>
  epoch: Pick<Epoch, 'current'>
  isAdmin: (user: User) => boolean
}

const calls: Call[] = [onSend, onEdit, onDelete, onReact, onPin, onResume, onPage, onRead, onUnread, onTyping]
const callsByName = new Map<string, Call>(calls.map((call) => [call.name, call]))

export function openWelcome(needs: WelcomeNeeds) {
  const { node, fanout, presence, messageLog, epoch, isAdmin, log, metrics } = needs

  /** A change that came between the reading of `standings` and the hearing of the room would else be missed: repair believes that whoever comes in knows what the others do. */
  async function catchUp(socket: LiveSocket, heard: Standing[]): Promise<void> {
    const revs = await messageLog.revs(heard.map(({ room }) => room.id))
    for (const { room, rev } of heard) {
      const now = revs.get(room.id)
      if (now !== undefined && now.rev > rev) socket.emit('room:head', { roomId: room.id, ...now })
    }
  }

  function listen(socket: LiveSocket, context: Context): void {
    // here they end, in one place: a listener for each call would be there for every socket
    socket.use(([name, ...args]) => {
      const call = callsByName.get(name)
      const acknowledge: unknown = args.at(-1)
      if (call !== undefined) void call.answer(context, args)
      else if (typeof acknowledge === 'function') {
        acknowledge({ ok: false, ...refuse(new Refusal('bad-input', { detail: 'there is no such call' }), metrics) })
      }
    })
    socket.on('disconnect', () => presence.depart(context.userId))
  }

  return {
    /** In one tick: nothing is told before `hello`, and nothing after it is missed. */
    welcome(socket: LiveSocket, { session, user, standings, blocked }: Admission): void {
      const { sid, handle, generation } = session
      Object.assign(socket.data, { userId: user.id, sid, handle, generation })
      forgetRequest(socket)
      const context = openContext({ service: needs, socketId: socket.id, user, admin: isAdmin(user) })
      listen(socket, context)
      const heard = standings.slice(0, limits.liveRooms)
      socket.emit('hello', { node: node.name, epoch: epoch.current(), user, rooms: standings, blocked })
      fanout.enter(socket.id, { userId: user.id, rooms: heard.map(({ room, rev }) => ({ roomId: room.id, rev })) })
      presence.arrive(user.id)
      if (heard.length === 0) return
      catchUp(socket, heard).catch((fault: unknown) => {
        for (const { room } of heard) fanout.told.doubt(room.id) // repair tells them all
        log.warn({ event: 'catch-up-failed', err: fault })
      })
    },
  }
}

const nothing = Object.freeze({})

/** The handshake's request, with its cookie and its response, would else stay as long as the socket. */
function forgetRequest(socket: LiveSocket): void {
  Object.assign(socket.conn, { request: null })
  Object.assign(socket.handshake, { headers: nothing, auth: nothing, query: nothing, url: '', time: '' })
}
