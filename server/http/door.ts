/** What every request passes before anybody looks at what it wants: headers, Origin, content type, a bounded body. */
import express, { type RequestHandler } from 'express'
import helmet from 'helmet'
import { limits } from '#protocol/limits.ts'
import { isOurOrigin } from '../kit/origin.ts'
import { Refusal } from '../kit/refusal.ts'

type Needs = { node: { name: string; state(): 'up' | 'draining' }; origins: readonly string[] }

const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

/** For all paths. The page itself comes from nginx; what a node answers is data, so nothing in it may ever run. */
export function openHeaders({ node }: Pick<Needs, 'node'>): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      // TLS ends in front of us: whoever ends it says this, or plain http on a private network would be locked out
      strictTransportSecurity: false,
    }),
    (_request, response, next) => {
      response.set('X-Node', node.name)
      if (node.state() === 'draining') response.set('Connection', 'close')
      next()
    },
  ]
}

/** For `/api`. Cheap checks first: nothing foreign gets as far as the session store. [X1] */
export function openApiDoor({ origins }: Pick<Needs, 'origins'>): RequestHandler[] {
  return [
    (_request, response, next) => {
      response.set('Cache-Control', 'no-store')
      next()
    },
    writesFromUs(origins),
    express.json({ limit: limits.requestBytes, type: () => true }),
  ]
}

function writesFromUs(origins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (reads.has(request.method)) return next()
    if (!isOurOrigin(request.headers, origins))
      throw new Refusal('forbidden', { detail: 'this page may not write here' })
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
    // a form or a plain-text request needs no leave of the browser to be sent from a foreign page: JSON does
    if (hasBody && !request.is('application/json'))
      throw new Refusal('bad-input', { detail: 'the content type must be application/json' })
    next()
  }
}
