/** What an upgrade leaves behind: 3 kB for each quiet connection. */
import { type IncomingMessage, ServerResponse } from 'node:http'

/** engine.io's server, as far as it is needed. */
type Engine = {
  use(step: (request: IncomingMessage, response: object, next: () => void) => void): void
  on(event: 'headers', listener: (headers: unknown, request: IncomingMessage) => void): void
}

/**
 * An upgrade has no response, so engine.io makes a stand-in for the steps before it, and keeps that as long as the connection
 * lives: with the request, its headers and its cookie. Once the headers are written nobody asks it for anything.
 */
export function forgetRequests(engine: Engine): void {
  const standIns = new WeakMap<IncomingMessage, object>()

  engine.use((request, response, next) => {
    if (!(response instanceof ServerResponse)) standIns.set(request, response)
    next()
  })
  engine.on('headers', (_headers, request) => {
    const standIn = standIns.get(request)
    if (standIn !== undefined) Object.assign(standIn, { req: null })
  })
}
