/** A tap between a client and its server: lets bytes through, holds back what the server says, or cuts. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Tap = {
  /** The server's address, by way of the tap. */
  url: string
  /** From now on the server hears everything and is not heard. */
  mute(): void
  /** Breaks every connection, without a word of goodbye. */
  cut(): void
  close(): Promise<void>
}

export async function openTap(url: string): Promise<Tap> {
  const target = new URL(url)
  const pairs = new Set<[client: Socket, server: Socket]>()
  let muted = false

  const tap = createServer((client) => {
    const server = connect(Number(target.port), target.hostname)
    const pair: [Socket, Socket] = [client, server]
    pairs.add(pair)
    client.pipe(server)
    if (!muted) server.pipe(client)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
  })
  tap.listen(0, '127.0.0.1')
  await once(tap, 'listening')
  const tapped = new URL(url)
  tapped.hostname = '127.0.0.1'
  tapped.port = String((tap.address() as AddressInfo).port)

  return {
    url: tapped.href,
    mute() {
      muted = true
      for (const [client, server] of pairs) server.unpipe(client)
    },
    cut() {
      for (const [client] of pairs) client.resetAndDestroy()
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      tap.close()
      await once(tap, 'close')
    },
  }
}
