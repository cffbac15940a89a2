/** Whose address a request counts for: what the proxies we trust say, and nothing a stranger could make up. [X3] */
import { isIPv6 } from 'node:net'

type Asked = { headers: Record<string, string | string[] | undefined>; socket: { remoteAddress?: string | undefined } }

/**
 * `hops` proxies stand in front of us; each appended, or put in place, the address it heard from. An IPv6 address
 * counts by its first 64 bits, for the rest is its owner's to choose.
 */
export function addressOf({ headers, socket }: Asked, hops: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
  const farther = forwarded.split(',').map((address) => address.trim())
  const known = [socket.remoteAddress ?? '', ...farther.reverse()].filter((address) => address !== '')
  return networkOf(known[Math.min(hops, known.length - 1)] ?? 'nowhere')
}

function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (v4 !== undefined || !isIPv6(address)) return v4 ?? address
  const [before = '', after] = (address.split('%')[0] ?? '').split('::')
  const head = before.split(':').filter((part) => part !== '')
  const tail = (after ?? '').split(':').filter((part) => part !== '')
  const gap = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return `${[...head, ...gap, ...tail].slice(0, 4).join(':').toLowerCase()}::/64`
}
