/** How each candidate is spoken to: what opens a connection, how a message is sent, and what it looks like when it comes. */
import { randomUUIDv7 } from 'node:crypto'
import type { Changes, Hello, Resume } from '#protocol/wire.ts'
import { protocolVersion } from '#protocol/wire.ts'
import { callPacket, connectPacket, pongPacket, readPacket } from '../instrument/socket-wire.ts'
import type { Span } from './delays.ts'
import { tallyOf } from './tally.ts'

/** What a text from the server means to one who reads along. */
export type Heard =
  | { kind: 'span'; span: Span }
  | { kind: 'say'; text: string }
  | { kind: 'ready' }
  | { kind: 'hello'; hello: Hello }
  | { kind: 'beacon'; roomId: string; rev: number }
  | { kind: 'resumed'; resume: Resume }
  /** A send was answered; `refused` holds a "no". */
  | { kind: 'sent'; refused: string | null }
  | { kind: 'refused'; text: string }
  | { kind: 'nothing' }

export type Dialect = {
  /** Whether spans have positions, and holes are asked about. */
  ordered: boolean
  /** Whether the connection is ready as soon as it is open. */
  readyAtOnce: boolean
  path(roomIds: readonly string[]): string
  hear(text: string, roomIds: readonly string[]): Heard
  send(roomId: string, body: string): string
}
export type DialectName = keyof typeof dialects

const digits = 8
/** The body of message `n`: its number first, filled up to `length`. */
export function bodyOf(n: number, length: number): string {
  return `${String(n).padStart(digits, '0')} ${'the lane holds until the commit, and nobody waits longer than it takes to say so: ship it, please, tomorrow morning at ten '.repeat(Math.ceil(length / 100))}`.slice(
    0,
    length,
  )
}
const numberIn = (body: string | null) => Number.parseInt(body ?? '', 10)

export function spanOf(
  { roomId, base, rev }: { roomId: string; base: number; rev: number },
  messages: Span['messages'],
): Span {
  return { roomId, base, rev, messages, tally: tallyOf(messages.map(({ n }) => n)), arrivals: new Map() }
}

/** Numbers of a room's messages; others may stand there that no bench wrote. */
export const numbered = (messages: Changes['messages']) =>
  messages.map(({ body, rev }) => ({ n: numberIn(body), rev })).filter(({ n }) => n >= 0)

const sendId = 1
const resumeId = 2

/** Asks what a room has after a position; 0 for its newest page. */
export const resumePacket = ({ roomId, epoch, rev }: { roomId: string; epoch: string; rev: number }) =>
  callPacket(resumeId, 'room:resume', { roomId, epoch, rev })

function hearEvent(name: string, text: string): Heard {
  const payload = JSON.parse(text)[1]
  if (name === 'room:changes') return { kind: 'span', span: spanOf(payload, numbered(payload.messages)) }
  if (name === 'room:head') return { kind: 'beacon', roomId: payload.roomId, rev: payload.rev }
  if (name === 'hello') return { kind: 'hello', hello: payload }
  return { kind: 'nothing' }
}

function hearAck(id: number, text: string): Heard {
  const [answer] = JSON.parse(text)
  if (id === sendId) return { kind: 'sent', refused: answer.ok ? null : String(answer.code) }
  return answer.ok ? { kind: 'resumed', resume: answer.value } : { kind: 'refused', text }
}

const parley: Dialect = {
  ordered: true,
  readyAtOnce: false,
  path: () => '/socket.io/?EIO=4&transport=websocket',
  hear(text) {
    const said = readPacket(text)
    if (said.kind === 'ping') return { kind: 'say', text: pongPacket }
    if (said.kind === 'open') return { kind: 'say', text: connectPacket({ protocol: protocolVersion }) }
    if (said.kind === 'event') return hearEvent(said.name, said.text)
    if (said.kind === 'ack') return hearAck(said.id, said.text)
    return said.kind === 'other' ? { kind: 'refused', text } : { kind: 'nothing' }
  },
  send: (roomId, body) => callPacket(sendId, 'message:send', { roomId, id: randomUUIDv7(), body }),
}

/** A message as the usual chat and the bare one tell it. */
type Plain = { roomId: string; body: string }
function plainSpan({ roomId, body }: Plain): Heard {
  return { kind: 'span', span: spanOf({ roomId, base: 0, rev: 0 }, [{ n: numberIn(body), rev: 0 }]) }
}

const usual: Dialect = {
  ordered: false,
  readyAtOnce: false,
  path: () => '/socket.io/?EIO=4&transport=websocket',
  hear(text, roomIds) {
    const said = readPacket(text)
    if (said.kind === 'ping') return { kind: 'say', text: pongPacket }
    if (said.kind === 'open') return { kind: 'say', text: connectPacket({ roomIds }) }
    if (said.kind === 'connected') return { kind: 'ready' }
    if (said.kind === 'event') return plainSpan(JSON.parse(said.text)[1])
    if (said.kind === 'ack') return { kind: 'sent', refused: null }
    return { kind: 'refused', text }
  },
  send: (roomId, body) => callPacket(sendId, 'message', { roomId, body }),
}

const bare: Dialect = {
  ordered: false,
  readyAtOnce: true,
  path: (roomIds) => `/?rooms=${roomIds.join(',')}`,
  hear: (text) => plainSpan(JSON.parse(text)),
  send: (roomId, body) => JSON.stringify({ roomId, body }),
}

export const dialects = { parley, usual, bare } as const satisfies Record<string, Dialect>
