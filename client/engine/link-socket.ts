/** One Socket.IO connection, without any of its own ideas about reconnecting. */
import { io } from 'socket.io-client'
import { type RefusalCode, refusals } from '#protocol/refusals.ts'
import { type Answer, type CallName, type Calls, protocolVersion } from '#protocol/wire.ts'
import type { Clock } from './clock.ts'
import type { Connect } from './link.ts'

type Needs = {
  url: string
  clock: Clock
  /** Only in Node, where no cookie jar sends it: the value of the Cookie header, read at each attempt. */
  cookie?: () => string
}

const isCode = (word: unknown): word is RefusalCode => typeof word === 'string' && Object.hasOwn(refusals, word)

/**
 * Connections to `url`, each a transport of its own: a WebSocket, or if told so one that polls and becomes a WebSocket
 * where it can. Not the library's way of trying one after the other, from which nothing leads back to a WebSocket.
 */
export function openConnect({ url, clock, cookie }: Needs): Connect {
  return ({ pollingFirst, heard, onLost }) => {
    let heardAt = clock.now()
    const socket = io(url, {
      forceNew: true,
      reconnection: false,
      transports: pollingFirst ? ['polling', 'websocket'] : ['websocket'],
      timeout: 10_000,
      auth: { protocol: protocolVersion },
      ...(cookie === undefined ? {} : { extraHeaders: { cookie: cookie() } }),
    })
    const close = () => {
      socket.off()
      socket.disconnect()
    }

    socket.io.on('open', () => {
      socket.io.engine.on('packet', () => {
        heardAt = clock.now()
      })
    })
    socket.on('connect_error', (fault: Error & { data?: { code?: unknown } }) => {
      close()
      const code = [fault.data?.code, fault.message].find(isCode)
      const timedOut = fault.message === 'timeout'
      onLost(code === undefined ? { timedOut } : { code, timedOut })
    })
    socket.on('disconnect', () => {
      close()
      onLost({ timedOut: false })
    })
    for (const [name, listener] of Object.entries(heard)) socket.on(name, listener)

    return {
      call<Name extends CallName>(name: Name, input: Calls[Name]['input']) {
        if (!socket.connected) return Promise.resolve(null)
        const answer: Promise<Answer<Calls[Name]['value']>> = socket.emitWithAck(name, input)
        return answer.catch(() => null)
      },
      heardAt: () => heardAt,
      close,
    }
  }
}
