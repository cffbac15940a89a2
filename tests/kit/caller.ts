/** Somebody who speaks to a node's socket: bare calls and answers, everything heard kept in order. */
import { io as connect, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { type CallName, type Calls, type EventName, type Events, protocolVersion } from '#protocol/wire.ts'
import { eventually } from './eventually.ts'

type Heard = { event: string; payload: unknown }
/** An answer as it came: a test says what it expects and then looks whether it is so. */
type Answered = {
  ok: boolean
  // biome-ignore lint/suspicious/noExplicitAny: bad input is answered, too, and tests look into whatever comes
  value?: any
  code?: string
  definite?: boolean
  retryInMs?: number
  detail?: string
}

export type Caller = {
  socket: Socket
  heard: Heard[]
  of<Name extends EventName>(event: Name): Events[Name][]
  call<Name extends CallName>(name: Name, input: Calls[Name]['input']): Promise<Answered>
  /** Any name, anything. */
  say(name: string, ...args: unknown[]): Promise<Answered>
}

type Options = Partial<ManagerOptions & SocketOptions>

function openSocket(origin: string, cookie: string, options: Options = {}): { socket: Socket; heard: Heard[] } {
  const socket = connect(origin, {
    auth: { protocol: protocolVersion },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
    extraHeaders: { cookie, origin, ...options.extraHeaders },
  })
  onTestFinished(() => void socket.close())
  const heard: Heard[] = []
  socket.onAny((event: string, payload: unknown) => heard.push({ event, payload }))
  return { socket, heard }
}

/** Resolves when the node has said hello. */
export async function openCaller(origin: string, cookie: string, options: Options = {}): Promise<Caller> {
  const { socket, heard } = openSocket(origin, cookie, options)
  const say = (name: string, ...args: unknown[]): Promise<Answered> => socket.timeout(5_000).emitWithAck(name, ...args)
  await eventually(() => heard.length > 0)
  return {
    socket,
    heard,
    of: <Name extends EventName>(event: Name) =>
      heard.filter((one) => one.event === event).map(({ payload }) => payload as Events[Name]),
    call: say,
    say,
  }
}

/** What a node that lets nobody in answers. */
export function refusedAt(origin: string, cookie: string, options: Options = {}): Promise<{ code?: string }> {
  const { socket } = openSocket(origin, cookie, options)
  return new Promise((resolve, reject) => {
    socket.on('connect', () => reject(new Error('it was let in')))
    socket.on('connect_error', (fault: Error & { data?: { code: string } }) => resolve(fault.data ?? {}))
  })
}
