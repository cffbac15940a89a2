/** One connection to a node as a client has it, on a bare TCP socket. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { protocolVersion } from '#protocol/wire.ts'
import {
  callPacket,
  connectPacket,
  frameOf,
  opcodes,
  openFrames,
  pongPacket,
  readPacket,
  type Said,
  upgradeText,
} from './socket-wire.ts'

export type RawSocket = {
  /** Resolves with the text of the acknowledgement. */
  call(name: string, input: object): Promise<string>
  /** Whether it still stands. */
  isOpen(): boolean
  close(): void
}

type Needs = { port: number; cookie: string; onEvent?: (name: string, text: string) => void }

/** Resolves when the node has said hello. */
export async function openRawSocket({ port, cookie, onEvent = () => {} }: Needs): Promise<RawSocket> {
  const tcp = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(tcp, 'connect')
  const calls = new Map<number, PromiseWithResolvers<string>>()
  const hello = Promise.withResolvers<void>()
  let lastId = 0

  function end(fault: unknown): void {
    hello.reject(fault)
    for (const call of calls.values()) call.reject(fault)
    calls.clear()
  }

  function hear(said: Said): void {
    if (said.kind === 'ping') tcp.write(frameOf(pongPacket))
    else if (said.kind === 'open') tcp.write(frameOf(connectPacket({ protocol: protocolVersion })))
    else if (said.kind === 'ack') {
      calls.get(said.id)?.resolve(said.text)
      calls.delete(said.id)
    } else if (said.kind === 'event') {
      if (said.name === 'hello') hello.resolve()
      onEvent(said.name, said.text)
    } else if (said.kind === 'other') end(new Error(`unable to go on; the node said ${said.text.slice(0, 200)}`))
  }

  const cut = openFrames()
  const hearFrames = (piece: Buffer) => {
    for (const { opcode, payload } of cut(piece)) {
      if (opcode === opcodes.text) hear(readPacket(payload.toString('utf8')))
      else if (opcode === opcodes.ping) tcp.write(frameOf(payload, opcodes.pong))
    }
  }
  let answer = Buffer.alloc(0)
  const hearUpgrade = (piece: Buffer) => {
    answer = Buffer.concat([answer, piece])
    const at = answer.indexOf('\r\n\r\n')
    if (at < 0) return
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) return end(new Error(`unable to open; ${answer}`))
    tcp.off('data', hearUpgrade)
    tcp.on('data', hearFrames)
    hearFrames(answer.subarray(at + 4))
  }
  tcp.on('data', hearUpgrade)
  tcp.on('error', end)
  tcp.on('close', () => end(new Error('unable to go on; the connection was closed')))
  tcp.write(upgradeText({ host: `127.0.0.1:${port}`, cookie, key: randomBytes(16).toString('base64') }))
  await hello.promise

  return {
    call(name, input) {
      const id = ++lastId
      const answered = Promise.withResolvers<string>()
      calls.set(id, answered)
      tcp.write(frameOf(callPacket(id, name, input)))
      return answered.promise
    },
    isOpen: () => !tcp.destroyed,
    close: () => tcp.destroy(),
  }
}
