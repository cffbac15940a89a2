import { expect, test } from 'vitest'
import { isOurOrigin, type OriginFields } from '../../server/kit/origin.ts'

const host = 'chat.example.org:8080'

const ours: [why: string, fields: OriginFields][] = [
  ['the page itself', { host, origin: 'http://chat.example.org:8080' }],
  ['the page behind a proxy that ends TLS', { host: 'chat.example.org', origin: 'https://chat.example.org' }],
  ['a default port spelt out', { host: 'chat.example.org:443', origin: 'https://chat.example.org' }],
  ['a host in capitals', { host: 'Chat.Example.ORG:8080', origin: 'http://chat.example.org:8080' }],
  ['an origin config names', { host, origin: 'https://app.example.org' }],
  ['a same-origin read, which carries no Origin', { host, 'sec-fetch-site': 'same-origin' }],
  ['an address typed by hand', { host, 'sec-fetch-site': 'none' }],
  ['a tool', { host }],
]

const theirs: [why: string, fields: OriginFields][] = [
  ['another site', { host, origin: 'http://evil.example' }],
  ['another port of ours', { host, origin: 'http://chat.example.org:9090' }],
  ['another port that is the default', { host, origin: 'http://chat.example.org' }],
  ['a sandboxed frame or a file', { host, origin: 'null' }],
  ['an empty origin', { host, origin: '' }],
  ['our host as a name and password', { host, origin: 'http://chat.example.org:8080@evil.example' }],
  ['our host as a path', { host, origin: 'http://evil.example/chat.example.org:8080' }],
  ['a longer name', { host, origin: 'http://chat.example.org:8080.evil.example' }],
  ['two origins at once', { host, origin: 'http://chat.example.org:8080, http://evil.example' }],
  ['another scheme', { host: 'abc', origin: 'chrome-extension://abc' }],
  ['an origin config names, with a path', { host, origin: 'https://app.example.org/' }],
  ['no Origin, from another site', { host, 'sec-fetch-site': 'cross-site' }],
  ['no Origin, from a neighbour', { host, 'sec-fetch-site': 'same-site' }],
  ['no Host to compare with', { origin: 'http://chat.example.org:8080' }],
  ['a Host that is none', { host: 'a b', origin: 'http://a' }],
]

test.each(ours)('[X1] %s may come in', (_why, fields) => {
  expect(isOurOrigin(fields, ['https://app.example.org'])).toBe(true)
})

test.each(theirs)('[X1] %s stays outside', (_why, fields) => {
  expect(isOurOrigin(fields, ['https://app.example.org'])).toBe(false)
})
