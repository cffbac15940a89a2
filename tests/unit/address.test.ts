/** Whose address a request counts for. */
import { expect, test } from 'vitest'
import { addressOf } from '../../server/kit/address.ts'

const asked = (remoteAddress: string | undefined, forwarded?: string) => ({
  headers: { 'x-forwarded-for': forwarded },
  socket: { remoteAddress },
})

test('[X3] a stranger cannot choose the address that counts: only what trusted proxies said is read', () => {
  expect(addressOf(asked('203.0.113.9', '10.0.0.1'), 0)).toBe('203.0.113.9')
  expect(addressOf(asked('127.0.0.1', '198.51.100.7'), 1)).toBe('198.51.100.7')
  expect(addressOf(asked('127.0.0.1', '6.6.6.6, 198.51.100.7'), 1)).toBe('198.51.100.7')
  expect(addressOf(asked('127.0.0.1', '6.6.6.6, 198.51.100.7, 10.0.0.2'), 2)).toBe('198.51.100.7')
})

test('with fewer proxies than expected the farthest one known counts', () => {
  expect(addressOf(asked('127.0.0.1'), 1)).toBe('127.0.0.1')
  expect(addressOf(asked(undefined), 1)).toBe('nowhere')
})

test('[X3] all addresses of one IPv6 network count as one, and a mapped IPv4 address as itself', () => {
  expect(addressOf(asked('2001:db8:1:2:aaaa::1'), 0)).toBe('2001:db8:1:2::/64')
  expect(addressOf(asked('2001:DB8:1:2:3:4:5:6'), 0)).toBe('2001:db8:1:2::/64')
  expect(addressOf(asked('2001:db8::1'), 0)).toBe('2001:db8:0:0::/64')
  expect(addressOf(asked('fe80::1%eth0'), 0)).toBe('fe80:0:0:0::/64')
  expect(addressOf(asked('::ffff:192.0.2.1'), 0)).toBe('192.0.2.1')
})
