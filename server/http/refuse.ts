/** Every "no" of the HTTP door leaves here, as problem+json (RFC 9457). */
import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'

type Needs = { log: Log; metrics: Pick<Metrics, 'refusals'> }

/** How long to stay away when whoever refused could not say: services are back, or nodes replaced, in about that time. */
const patienceMs = 1_000

/** A path that nobody serves. */
export const refuseUnknown: RequestHandler = () => {
  throw new Refusal('not-found', { detail: 'there is no such path' })
}

/** The end of the line: a refusal is told, a fault is logged once and told as `unavailable`. */
export function refuse({ log, metrics }: Needs): ErrorRequestHandler {
  return (fault: unknown, request, response, _next) => {
    const refusal = refusalOf(fault)
    metrics.refusals.inc({ code: refusal.code })
    // of a refusal the outage behind it was logged where it was seen
    if (refusal !== fault && refusal.code === 'unavailable')
      log.error({ event: 'request-failed', method: request.method, path: request.path, err: fault })
    if (response.headersSent) return void response.destroy() // half an answer must not pass for a whole one
    const { status, view } = refusal
    const retryInMs = view.retryInMs ?? (status === 503 ? patienceMs : undefined)
    response.status(status).type('application/problem+json')
    if (retryInMs !== undefined) response.set('Retry-After', String(Math.ceil(retryInMs / 1_000)))
    response.send(
      JSON.stringify({
        title: STATUS_CODES[status],
        status,
        ...view,
        ...(retryInMs === undefined ? {} : { retryInMs }),
      }),
    )
  }
}

function refusalOf(fault: unknown): Refusal {
  if (fault instanceof Refusal) return fault
  if (fault instanceof URIError) return new Refusal('bad-input', { detail: 'the path is not well-formed' })
  const status = statusOf(fault)
  if (status === 413) return new Refusal('too-large')
  if (status >= 400 && status < 500)
    return new Refusal('bad-input', { detail: 'the body is not JSON that can be read' })
  return new Refusal('unavailable')
}

/** What Express' own body reader thinks of it. */
function statusOf(fault: unknown): number {
  return fault instanceof Error && 'status' in fault && typeof fault.status === 'number' ? fault.status : 500
}
