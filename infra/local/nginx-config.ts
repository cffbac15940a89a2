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
}

/** The whole configuration; throws when the template asks for something unknown. */
export function renderNginx({ template, listen, nodes, client, run, logs, user, generation }: NginxFacts): string {
  const values: Record<string, string> = {
    AS: user === null ? '' : `user ${user} ${user};`,
    RUN: run,
    ERROR_LOG: `${logs}/nginx.log`,
    ACCESS_LOG: `${logs}/access.log`,
    CLIENT: client,
    LISTEN: listen.map((address) => `listen ${address};`).join('\n    '),
    UPSTREAMS: upstreams(nodes),
    GENERATION: String(generation),
  }
  return template.replaceAll(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`unable to render nginx's configuration; unknown \${${name}}`)
    return value
  })
}

/** nginx 1.22 cannot watch a name, so every node has its line, and a change of nodes means a reload. */
function upstreams(nodes: number[]): string {
  // Without a node a line that refuses at once keeps the configuration valid.
  const servers = (options: string) =>
    nodes.length === 0 ? ['server 127.0.0.1:9 down;'] : nodes.map((port) => `server 127.0.0.1:${port} ${options};`)
  return [
    ...pool('app', ['least_conn;', ...servers(sparing), 'keepalive 32;']),
    ...pool('app_sticky', ['hash $hold consistent;', ...servers(sparing)]),
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
