/** Connections of somebody whose network lets no WebSocket through: long polling, and never more. */
import { Agent } from 'node:http'
import { io } from 'socket.io-client'
import { type Answer, type CallName, type Calls, protocolVersion } from '#protocol/wire.ts'
import type { Connect } from '../../../client/engine/link.ts'

/** As a browser does, it keeps cookies, for nginx's tells it which node is its own, and connections, few as they are. */
export function openPolling({ url, cookie }: { url: string; cookie: () => string }): Connect {
  return ({ heard, onLost }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 6 })
    let heardAt = Date.now()
    const socket = io(url, {
      forceNew: true,
      reconnection: false,
      transports: ['polling'],
      timeout: 10_000,
      agent: agent as unknown as string, // its types forget that Node has agents
      withCredentials: true,
      auth: { protocol: protocolVersion },
      extraHeaders: { cookie: cookie() },
    })
    const lose = () => {
      socket.off()
      socket.disconnect()
      onLost({ timedOut: false })
    }
    socket.io.on('open', () => socket.io.engine.on('packet', () => (heardAt = Date.now())))
    socket.on('connect_error', lose)
    socket.on('disconnect', lose)
    for (const [name, listener] of Object.entries(heard)) socket.on(name, listener)
    return {
      call<Name extends CallName>(name: Name, input: Calls[Name]['input']) {
        const answer: Promise<Answer<Calls[Name]['value']>> = socket.emitWithAck(name, input)
        return answer.catch(() => null)
      },
      heardAt: () => heardAt,
      close() {
        socket.off()
        socket.disconnect()
      },
    }
  }
}
