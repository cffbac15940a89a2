/** Whether a request comes from our own page: the rule both doors hold, since a browser adds the cookie for anybody. [X1] */

/** The header fields the rule reads, as node:http gives them. */
export type OriginFields = {
  host?: string | undefined
  origin?: string | undefined
  'sec-fetch-site'?: string | string[] | undefined
}

/**
 * True when the Origin is the address the request was sent to, or one of `allowed` (`https://chat.example.org`). A
 * browser that names none must say that it stays on our site; a caller that names none and is no browser may pass, for
 * it has no cookie but its own.
 */
export function isOurOrigin(fields: OriginFields, allowed: readonly string[]): boolean {
  const { host, origin, 'sec-fetch-site': site } = fields
  if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none'
  const url = URL.parse(origin)
  if (url === null || url.origin !== origin || !/^https?:$/.test(url.protocol)) return false
  if (allowed.includes(origin)) return true
  // the scheme is the proxy's business; a default port may be spelt out on one side alone
  return host !== undefined && URL.parse(`${url.protocol}//${host}`)?.host === url.host
}
