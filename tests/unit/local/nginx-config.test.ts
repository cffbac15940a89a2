/** The rendering of nginx's configuration; that nginx takes it is shown by an integration test. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type NginxFacts, renderNginx } from '../../../infra/local/nginx-config.ts'

const facts: NginxFacts = {
  template: readFileSync(new URL('../../../infra/nginx/nginx.conf.template', import.meta.url), 'utf8'),
  listen: ['127.0.0.1:8080', '[::1]:8080'],
  nodes: [15001, 15002],
  client: '/srv/client dist',
  run: '/srv/run',
  logs: '/srv/logs',
  user: 'parley',
  generation: 7,
}

/** The body of the location that opens with `head`. */
function location(text: string, head: string): string {
  const from = text.indexOf(`location ${head} {`)
  expect(from).toBeGreaterThan(0)
  return text.slice(from, text.indexOf('\n    }', from))
}

test('every placeholder is filled in', () => {
  const text = renderNginx(facts)
  expect(text).not.toMatch(/\$\{/)
  expect(text).toContain('listen 127.0.0.1:8080;')
  expect(text).toContain('listen [::1]:8080;')
  expect(text).toContain('root "/srv/client dist";')
  expect(text).toContain('user parley parley;')
  expect(renderNginx({ ...facts, user: null })).not.toMatch(/^user /m)
})

test('a placeholder nobody knows is a mistake, not an empty line', () => {
  const template = facts.template.replace('LISTEN', 'PROT')
  expect(() => renderNginx({ ...facts, template })).toThrow(/PROT/)
})

test('each node is in all pools; fresh sockets by load, polling by session, calls in turn', () => {
  const text = renderNginx(facts)
  expect(text.match(/server 127\.0\.0\.1:15001 /g)).toHaveLength(5)
  expect(text.match(/server 127\.0\.0\.1:15002 /g)).toHaveLength(5)
  expect(text).toMatch(/upstream app \{[^}]*least_conn;/)
  for (const pool of ['app_sticky', 'app_held'])
    expect(text).toMatch(new RegExp(`upstream ${pool} \\{[^}]*hash \\$hold consistent;`))
  for (const pool of ['reads', 'writes'])
    expect(new RegExp(`upstream ${pool} \\{([^}]*)`).exec(text)?.[1]).not.toMatch(/least_conn|hash/)
})

test('a refused write takes no node from the others; a node that cannot serve is passed over by what may be asked twice', () => {
  const text = renderNginx(facts)
  expect(text).toMatch(/upstream writes \{[^}]*:15001 max_fails=0;/)
  expect(location(text, '^~ /api/')).toContain('proxy_next_upstream error timeout http_503;')
  expect(location(text, '^~ /socket.io/')).toContain('proxy_next_upstream error timeout http_503;')
})

test('without a node nginx still has something to say', () => {
  expect(renderNginx({ ...facts, nodes: [] })).toMatch(/upstream app \{[^}]*server [^;]* down;/)
})

test('a client cannot claim an address, and the Origin can be held against the Host with its port', () => {
  const text = renderNginx(facts)
  expect(text).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
  expect(text).not.toContain('proxy_add_x_forwarded_for')
  expect(text).toContain('proxy_set_header Host $http_host;')
})

test('a POST that was sent is never sent again', () => {
  expect(renderNginx(facts)).not.toContain('non_idempotent')
})

test('the bounds hold each other: ping 4 s < silence of a socket 6.5 s < patience of a client 10 s', () => {
  const text = renderNginx(facts)
  expect(location(text, '^~ /socket.io/')).toContain('proxy_read_timeout 6500ms;')
  expect(text).toContain('proxy_connect_timeout 150ms;')
  expect(text).toContain('worker_shutdown_timeout 12h;')
})

test('the numbers of the nodes do not go through', () => {
  expect(location(renderNginx(facts), '^~ /metrics')).toContain('return 404;')
})

test('the log names no query, no cookie and no body', () => {
  const log = /log_format lines[^;]*;/.exec(renderNginx(facts))?.[0] ?? ''
  expect(log).toContain('$upstream_http_x_node')
  expect(log).toContain('$request_id')
  expect(log).not.toMatch(/\$request_uri|\$args|\$query_string|cookie|\$request_body|"\$request"/)
})

test('handshakes and sign-ins are bounded per address, and what is too much is told as a refusal', () => {
  const limits = { handshakesPerSecond: 7, handshakesAtOnce: 70, signInsPerSecond: 3, signInsAtOnce: 30, sockets: 99 }
  const text = renderNginx({ ...facts, limits })
  expect(text).toContain('zone=handshakes:10m rate=7r/s;')
  expect(text).toContain('zone=sign_ins:10m rate=3r/s;')
  expect(location(text, '^~ /socket.io/')).toMatch(/burst=70 nodelay;\s+limit_conn sockets 99;/)
  expect(location(text, '^~ /api/')).toContain('limit_req zone=sign_ins burst=30 nodelay;')
  for (const head of ['^~ /socket.io/', '^~ /api/'])
    expect(location(text, head)).toContain('error_page 429 = @slow-down;')
})

test('with a certificate it speaks https alone, and leads plain http there', () => {
  const tls = { certificate: '/c.pem', key: '/k.pem', settings: '/tls.conf', redirectFrom: ['127.0.0.1:8081'] }
  const text = renderNginx({ ...facts, tls })
  expect(text).toContain('listen 127.0.0.1:8080 ssl;')
  expect(text).toContain('ssl_certificate_key "/k.pem";')
  expect(text).toMatch(/listen 127\.0\.0\.1:8081; server_name _; return 308 https:/)
})
