/** One Socket.IO connection, without any of its own ideas about reconnecting. */
import { io, type Socket } from 'socket.io-client'
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
 * Connections to `url`, each a transport of its own: a WebSocket first, unless told otherwise, and where it is refused one
 * that polls and becomes a WebSocket as soon as it can. The library's own way from one to the other has none back.
 */
export function openConnect({ url, clock, cookie }: Needs): Connect {
  return ({ pollingFirst, heard, onLost }) => {
    let heardAt = clock.now()
    let socket = open(pollingFirst)

    function open(polls: boolean): Socket {
      const opened = io(url, {
        forceNew: true,
        reconnection: false,
        transports: polls ? ['polling', 'websocket'] : ['websocket'],
        timeout: 10_000,
        auth: { protocol: protocolVersion },
        ...(cookie === undefined ? {} : { extraHeaders: { cookie: cookie() } }),
      })
      opened.io.on('open', () => {
        opened.io.engine.on('packet', () => {
          heardAt = clock.now()
        })
      })
      opened.on('connect_error', (fault: Error & { data?: { code?: unknown } }) => {
        close()
        const code = [fault.data?.code, fault.message].find(isCode)
        const timedOut = fault.message === 'timeout'
        if (code === undefined && !timedOut && !polls) socket = open(true)
        else onLost(code === undefined ? { timedOut } : { code, timedOut })
      })
      opened.on('disconnect', () => {
        close()
        onLost({ timedOut: false })
      })
      for (const [name, listener] of Object.entries(heard)) opened.on(name, listener)
      return opened
    }

    function close(): void {
      socket.off()
      socket.disconnect()
    }

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
