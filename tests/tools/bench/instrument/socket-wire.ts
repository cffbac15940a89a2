/** WebSocket frames and Socket.IO packets by hand: a load generator that costs less than what it measures. */

export type Frame = { opcode: number; payload: Buffer }

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const

/** A client's frame. Its mask is zero: the server takes it off, and we need not put it on. */
export function frameOf(payload: string | Buffer, opcode: number = opcodes.text): Buffer {
  const body = Buffer.from(payload)
  const wide = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + wide + 4)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (wide === 0 ? body.length : wide === 2 ? 126 : 127)
  if (wide === 2) head.writeUInt16BE(body.length, 2)
  if (wide === 8) head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}

/** Takes the stream in pieces and gives back each frame of the server that is complete; it masks none and splits none. */
export function openFrames(): (piece: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)

  function cut(): Frame | null {
    if (rest.length < 2) return null
    const [first = 0, second = 0] = rest
    const short = second & 0x7f
    const wide = short < 126 ? 0 : short === 126 ? 2 : 8
    if (rest.length < 2 + wide) return null
    const length = wide === 0 ? short : wide === 2 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
    const end = 2 + wide + length
    if (rest.length < end) return null
    const payload = rest.subarray(2 + wide, end)
    rest = rest.subarray(end)
    return { opcode: first & 0x0f, payload }
  }

  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const frames: Frame[] = []
    for (let frame = cut(); frame !== null; frame = cut()) frames.push(frame)
    return frames
  }
}

/** What a Socket.IO server says: `ack` answers the call of that number. */
export type Said =
  | { kind: 'open' | 'connected' | 'ping' }
  | { kind: 'event'; name: string; text: string }
  | { kind: 'ack'; id: number; text: string }
  | { kind: 'other'; text: string }

/** Bodies stay text: a viewer that parses what it only counts would cost more than the server. */
export function readPacket(text: string): Said {
  if (text === '2') return { kind: 'ping' }
  if (text.startsWith('0')) return { kind: 'open' }
  if (text.startsWith('40')) return { kind: 'connected' }
  if (text.startsWith('42["')) return { kind: 'event', name: text.slice(4, text.indexOf('"', 4)), text: text.slice(2) }
  const id = Number.parseInt(text.slice(2), 10)
  if (text.startsWith('43') && id >= 0) return { kind: 'ack', id, text: text.slice(2 + String(id).length) }
  return { kind: 'other', text }
}

export const connectPacket = (auth: object) => `40${JSON.stringify(auth)}`
export const callPacket = (id: number, name: string, input: object) => `42${id}${JSON.stringify([name, input])}`
export const pongPacket = '3'

export function upgradeText({ host, cookie, key }: { host: string; cookie: string; key: string }): string {
  return [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Cookie: ${cookie}`,
    '\r\n',
  ].join('\r\n')
}
