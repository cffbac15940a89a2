/** Renders infra/nginx/nginx.conf.template for one machine: nodes by address, files by path. */

export type NginxFacts = {
  template: string
  /** Addresses to listen on, such as `127.0.0.1:8080`. */
  listen: string[]
  /** Ports of the nodes on the loopback. */
  nodes: number[]
  /** Folder of the built client. */
  client: string
  /** Folder for nginx's own files. */
  run: string
  logs: string
  /** Whom the workers run as; null for the caller itself. */
  user: string | null
  generation: number
  limits?: NginxLimits
  tls?: NginxTls
}

/** What one address may do: generous, for whole offices share one. */
export type NginxLimits = {
  handshakesPerSecond: number
  handshakesAtOnce: number
  signInsPerSecond: number
  signInsAtOnce: number
  sockets: number
}

type NginxTls = {
  /** Paths of the certificate, its key, and `infra/nginx/tls.conf`. */
  certificate: string
  key: string
  settings: string
  /** Where plain http is led to https from. */
  redirectFrom: string[]
}

const generous: NginxLimits = {
  handshakesPerSecond: 1_000,
  handshakesAtOnce: 10_000,
  signInsPerSecond: 50,
  signInsAtOnce: 500,
  sockets: 20_000,
}

/** The whole configuration; throws when the template asks for something unknown. */
export function renderNginx(facts: NginxFacts): string {
  const { template, listen, nodes, client, run, logs, user, generation, limits = generous, tls } = facts
  const values: Record<string, string> = {
    AS: user === null ? '' : `user ${user} ${user};`,
    RUN: run,
    ERROR_LOG: `${logs}/nginx.log`,
    ACCESS_LOG: `${logs}/access.log`,
    CLIENT: client,
    LISTEN: [...listens(listen, tls === undefined ? '' : ' ssl'), ...secured(tls)].join('\n    '),
    REDIRECT: redirect(tls),
    HANDSHAKES_PER_SECOND: String(limits.handshakesPerSecond),
    HANDSHAKES_AT_ONCE: String(limits.handshakesAtOnce),
    SIGN_INS_PER_SECOND: String(limits.signInsPerSecond),
    SIGN_INS_AT_ONCE: String(limits.signInsAtOnce),
    SOCKETS_PER_ADDRESS: String(limits.sockets),
    UPSTREAMS: upstreams(nodes),
    GENERATION: String(generation),
  }
  return template.replaceAll(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`unable to render nginx's configuration; unknown \${${name}}`)
    return value
  })
}

const listens = (addresses: string[], how: string) => addresses.map((address) => `listen ${address}${how};`)

function secured(tls: NginxTls | undefined): string[] {
  if (tls === undefined) return []
  return [`ssl_certificate "${tls.certificate}";`, `ssl_certificate_key "${tls.key}";`, `include "${tls.settings}";`]
}

const redirect = (tls: NginxTls | undefined) =>
  tls === undefined
    ? ''
    : `server { ${listens(tls.redirectFrom, '').join(' ')} server_name _; return 308 https://$host$request_uri; }`

/** nginx 1.22 cannot watch a name, so every node has its line, and a change of nodes means a reload. */
function upstreams(nodes: number[]): string {
  // Without a node a line that refuses at once keeps the configuration valid.
  const servers = (options: string) =>
    nodes.length === 0 ? ['server 127.0.0.1:9 down;'] : nodes.map((port) => `server 127.0.0.1:${port} ${options};`)
  return [
    ...pool('app', ['least_conn;', ...servers(sparing), 'keepalive 32;']),
    ...pool('app_sticky', ['hash $hold consistent;', ...servers(sparing), 'keepalive 32;']),
    ...pool('app_held', ['hash $hold consistent;', ...servers('max_fails=0'), 'keepalive 32;']),
    ...pool('reads', [...servers(sparing), 'keepalive 32;']),
    ...pool('writes', [...servers('max_fails=0'), 'keepalive 32;']),
  ].join('\n  ')
}

/** One fault keeps a node out for two seconds: long enough to spare its clients, short enough to be found again. */
const sparing = 'max_fails=1 fail_timeout=2s'

const pool = (name: string, lines: string[]) => [
  `upstream ${name} {`,
  `  zone ${name} 256k;`,
  ...lines.map((line) => `  ${line}`),
  '}',
]
