/** The first thing every request and upgrade of Socket.IO's meets: its CORS option would not stop a WebSocket. [X1] */
import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import { Refusal } from '../kit/refusal.ts'

/** Where a request may become a WebSocket, and nowhere else. */
export const isSocketPath = ({ url }: Pick<IncomingMessage, 'url'>) => url?.startsWith('/socket.io/') ?? false

/** What a browser is told to make of an answer: nothing but data. */
const headers = new Map([
  ['X-Content-Type-Options', 'nosniff'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
])

type Needs = {
  allow: (request: IncomingMessage) => boolean
  /** Whether somebody new would get anything done here. If not, a proxy hears so by the status, and asks another node. */
  isServing: () => boolean
  onRefusal: (refusal: Refusal) => void
}

const has = (name: string, { url = '' }: IncomingMessage) => new URLSearchParams(url.split('?')[1]).has(name)

/** A step of engine.io's: `response` is a stand-in without a body when the request is an upgrade. */
export function openDoor({ allow, isServing, onRefusal }: Needs) {
  function refusalOf(request: IncomingMessage): Refusal | null {
    const isForScriptTags = has('j', request) // engine.io still answers to these, which any page may put anywhere
    if (!allow(request) || isForScriptTags) return new Refusal('forbidden')
    const isNew = !has('sid', request)
    return isNew && !isServing() ? new Refusal('unavailable', { definite: true }) : null
  }

  return (request: IncomingMessage, response: unknown, next: () => void): void => {
    if (response instanceof ServerResponse) response.setHeaders(headers)
    const refusal = refusalOf(request)
    if (refusal === null) {
      next()
      return
    }
    onRefusal(refusal)
    const { status } = refusal
    const body = JSON.stringify({ ...refusal.view, status })
    const fields = { 'Content-Type': 'application/problem+json', 'Content-Length': Buffer.byteLength(body) }
    if (response instanceof ServerResponse) {
      response.writeHead(status, fields).end(body)
      return
    }
    const head = Object.entries({ ...fields, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
    request.socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`)
  }
}
