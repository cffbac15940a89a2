/** One connection of a crowd: a bare TCP socket that reads into memory shared by all, and a word for what it sends. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { frameOf, opcodes } from '../instrument/socket-wire.ts'
import { openSkim } from './skim.ts'

export type Line = { say(text: string): void; close(): void }

type Needs<Known> = {
  port: number
  /** What is asked for, with its query. */
  path: string
  cookie: string
  recall: (name: string) => Known | undefined
  onKnown: (known: Known) => void
  onText: (text: string) => void
  /** The upgrade was answered. */
  onOpen: () => void
  /** It ended, by whomever but us; once. */
  onLost: (reason: string) => void
}

/** Whoever reads has done so before the next one reads: one buffer serves all. */
const shared = Buffer.allocUnsafeSlow(256 * 1024)

const requestOf = ({ port, path, cookie }: Pick<Needs<unknown>, 'port' | 'path' | 'cookie'>) =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(cookie === '' ? [] : [`Cookie: ${cookie}`]),
    '\r\n',
  ].join('\r\n')

export function openLine<Known>(needs: Needs<Known>): Line {
  const { port, recall, onKnown, onText, onOpen, onLost } = needs
  let answer: Buffer | null = Buffer.alloc(0)
  let isOver = false

  function lose(reason: string): void {
    if (isOver) return
    isOver = true
    tcp.destroy()
    onLost(reason)
  }

  const skim = openSkim<Known>({
    recall,
    onKnown,
    onFrame(opcode, text) {
      if (opcode === opcodes.text) onText(text)
      else if (opcode === opcodes.close) lose('the node closed it')
    },
  })

  function hear(piece: Buffer): void {
    if (answer === null) {
      skim(piece)
      return
    }
    answer = Buffer.concat([answer, piece])
    const at = answer.indexOf('\r\n\r\n')
    if (at < 0) return
    const head = answer.subarray(0, at).toString('latin1')
    if (!head.startsWith('HTTP/1.1 101')) {
      lose(head.slice(0, 200))
      return
    }
    const rest = answer.subarray(at + 4)
    answer = null
    onOpen()
    skim(rest)
  }

  const tcp = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: shared,
      callback(bytes) {
        hear(shared.subarray(0, bytes))
        return true
      },
    },
  })
  tcp.on('connect', () => tcp.write(requestOf(needs), 'latin1'))
  tcp.on('error', (fault) => lose(fault.message))
  tcp.on('close', () => lose('the connection was closed'))

  return {
    say: (text) => void tcp.write(frameOf(text)),
    close() {
      isOver = true
      tcp.destroy()
    },
  }
}
