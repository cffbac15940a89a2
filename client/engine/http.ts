/** Calls over HTTP: JSON in, an answer out, whatever goes wrong. */
import { type RefusalCode, type RefusalView, refusals } from '#protocol/refusals.ts'
import type { Answer } from '#protocol/wire.ts'
import { refused } from './answer.ts'
import type { Clock } from './clock.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Never rejects. No answer within 10 s, or none that we understand, is `unavailable`. `Value` is what API.md promises. */
export type Http = <Value>(method: Method, path: string, body?: unknown) => Promise<Answer<Value>>

/** The part of `fetch` that is used; in Node, one with a cookie jar. */
export type Fetch = (
  url: string,
  init: { method: Method; headers: Record<string, string>; signal: AbortSignal; body?: string },
) => Promise<Response>

const boundMs = 10_000

export function openHttp({ url, fetch, clock }: { url: string; fetch: Fetch; clock: Clock }): Http {
  return async <Value>(method: Method, path: string, body?: unknown): Promise<Answer<Value>> => {
    const bound = new AbortController()
    const cancel = clock.after(boundMs, () => bound.abort())
    try {
      const response = await fetch(url + path, {
        method,
        headers: method === 'GET' ? {} : { 'content-type': 'application/json' },
        signal: bound.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const told: unknown = response.status === 204 ? {} : await response.json()
      return response.ok ? { ok: true, value: told as Value } : refusalOf(told)
    } catch {
      return refused('unavailable', method === 'GET')
    } finally {
      cancel()
    }
  }
}

const isView = (told: unknown): told is RefusalView =>
  typeof told === 'object' && told !== null && 'code' in told && Object.hasOwn(refusals, String(told.code))

/** A proxy's own page says nothing of whether it happened. */
function refusalOf(told: unknown): Answer<never> {
  if (!isView(told)) return refused('unavailable')
  const { code, detail, definite, retryInMs }: { code: RefusalCode } & RefusalView = told
  return { ok: false, code, detail, definite, ...(retryInMs === undefined ? {} : { retryInMs }) }
}
