/** A socket without its client: packets as an attacker writes them, and whatever comes back. */
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'

export type RawSocket = {
  heard: string[]
  send(packet: string | Uint8Array<ArrayBuffer>): void
  isOpen(): boolean
  /** The answer to the call of this number. */
  answer(number: number): Promise<unknown>
}

/** Resolves when the transport is open; in comes whoever sends `40{"protocol":1}`. */
export async function openRawSocket(origin: string, cookie: string): Promise<RawSocket> {
  const url = `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  // Node's own WebSocket takes headers, of which the type of browsers' knows nothing
  const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers: { cookie, origin } }])
  onTestFinished(() => socket.close())
  const heard: string[] = []
  socket.onmessage = ({ data }) => heard.push(String(data))
  await eventually(() => socket.readyState === WebSocket.OPEN)

  function found(number: number): string | undefined {
    const mark = `43${number}`
    return heard.find((packet) => packet.startsWith(`${mark}[`))?.slice(mark.length)
  }

  return {
    heard,
    send: (packet) => socket.send(packet),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    async answer(number) {
      await eventually(() => found(number) !== undefined)
      return JSON.parse(found(number) ?? '')[0]
    },
  }
}
