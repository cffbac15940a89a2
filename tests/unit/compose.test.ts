/** The compose file by its structure, without Docker: what scaling, health and safety rest on cannot be edited away unseen. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { variables } from '../../server/config.ts'

type Service = {
  image?: string
  profiles?: string[]
  build?: { target: string; dockerfile: string }
  command?: string[]
  entrypoint?: string[]
  container_name?: string
  ports?: string[]
  init?: boolean
  read_only?: boolean
  cap_drop?: string[]
  user?: string
  stop_grace_period?: string
  restart?: string
  volumes?: string[]
  tmpfs?: string[]
  networks?: string[]
  environment?: Record<string, string | null> | string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  deploy?: { replicas: string; resources: { limits: { memory: string } } }
  ulimits?: { nofile?: number | { hard: number } }
}
type ComposeFile = {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  networks: Record<string, { internal?: boolean } | null>
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const text = read('docker-compose.yml')
const file: ComposeFile = parse(text, { merge: true })
const dockerfile = read('infra/docker/Dockerfile')

function service(name: string): Service {
  const found = file.services[name]
  if (found === undefined) throw new Error(`the compose file has no ${name}`)
  return found
}
const environmentOf = (name: string): Record<string, string | null> => {
  const given = service(name).environment ?? {}
  return Array.isArray(given) ? Object.fromEntries(given.map((line) => [line, null])) : given
}
const long = ['nginx', 'server', 'postgres', 'redis', 'redis-cache']
const oneShot = ['secrets', 'migrate']
/** What only comes when asked for, by profile. */
const extra = { observability: ['prometheus', 'grafana'], tls: ['tls'], backup: ['backup', 'restore'] }

test('these services and no others: what runs on, and what ends by itself', () => {
  expect(new Set(Object.keys(file.services))).toEqual(new Set([...long, ...oneShot, ...Object.values(extra).flat()]))
  for (const [profile, names] of Object.entries(extra))
    for (const name of names) expect(service(name).profiles, name).toEqual([profile])
  for (const name of long) expect(service(name)).toMatchObject({ restart: 'unless-stopped' })
  for (const name of oneShot) expect(service(name)).toMatchObject({ restart: 'no' })
})

test('whatever runs on says whether it is well', () => {
  for (const name of long) expect(service(name).healthcheck?.test.length, name).toBeGreaterThan(0)
  expect(service('server').healthcheck?.test).toContain('infra/docker/is-ready.sh')
  expect(read('infra/docker/is-ready.sh')).toContain('GET /readyz')
})

test('a node can be had any number of times: nothing of it is fixed', () => {
  const node = service('server')
  expect(node.container_name).toBeUndefined()
  expect(node.ports).toBeUndefined()
  expect(environmentOf('server')).not.toHaveProperty('NODE_NAME')
  expect(node.deploy?.replicas).toMatch(/^\$\{SERVERS:-\d\}$/)
})

test('[D3] Docker waits longer for a node than the node does, and a hanging node can kill itself', () => {
  const graceMs = Number.parseInt(service('server').stop_grace_period ?? '0', 10) * 1_000
  const { DRAIN_MS } = environmentOf('server')
  expect(graceMs).toBeGreaterThan(Number(DRAIN_MS) + 5_000)
  expect(service('server').init).toBe(true)
})

test('nodes and nginx run as nobody in particular, on a root they cannot write to', () => {
  for (const name of ['server', 'migrate', 'nginx', 'redis', 'redis-cache'])
    expect(service(name), name).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  const users = [...dockerfile.matchAll(/^USER (\w+)$/gm)].map(([, user]) => user)
  expect(users).toEqual(['node', 'nginx'])
  expect(service('server').deploy?.resources.limits.memory).toMatch(/^\$\{SERVER_MEMORY:-/)
})

test('what starts waits for what it needs', () => {
  expect(service('nginx').depends_on).toEqual({ server: { condition: 'service_healthy' } })
  expect(service('server').depends_on).toEqual({
    migrate: { condition: 'service_completed_successfully' },
    redis: { condition: 'service_healthy' },
    'redis-cache': { condition: 'service_healthy' },
  })
  expect(service('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(service('postgres').depends_on).toEqual({ secrets: { condition: 'service_completed_successfully' } })
})

test('[C7] [C9] two roles of Redis: one forgets nothing, the other keeps nothing and is bounded', () => {
  expect(service('redis').volumes).toEqual(['redis:/data', './infra/redis/state.conf:/parley.conf:ro'])
  expect(service('redis-cache').volumes).toEqual(['./infra/redis/cache.conf:/parley.conf:ro'])
  expect(service('redis-cache').tmpfs).toEqual(['/data'])
  expect(read('infra/redis/state.conf')).toMatch(/maxmemory-policy noeviction[\s\S]*appendonly yes/)
  expect(read('infra/redis/cache.conf')).toMatch(/maxmemory \d+mb\nmaxmemory-policy allkeys-lru\nappendonly no/)
  expect(environmentOf('server')).toMatchObject({
    REDIS_URL: 'redis://redis:6379',
    CACHE_REDIS_URL: 'redis://redis-cache:6379',
  })
})

test('only nginx is published, and only nodes reach Redis and Postgres', () => {
  const always = Object.keys(file.services).filter((name) => service(name).profiles === undefined)
  expect(always.filter((name) => service(name).ports !== undefined)).toEqual(['nginx'])
  expect(service('nginx').ports).toEqual([`$\{PUBLISH:-8080}:8080`])
  const { back } = file.networks
  expect(back).toEqual({ internal: true })
  const inBack = Object.keys(file.services).filter((name) => service(name).networks?.includes('back'))
  expect(new Set(inBack)).toEqual(new Set(['migrate', 'postgres', 'redis', 'redis-cache', 'server', ...extra.backup]))
  expect(service('nginx').networks).toEqual(['front'])
})

test('no secret is written here: they come from files that a first start makes', () => {
  expect(text).not.toMatch(/postgresql:\/\/|requirepass/)
  for (const name of Object.keys(file.services))
    for (const [key, value] of Object.entries(environmentOf(name)))
      if (/SECRET|PASSWORD|DATABASE_URL/.test(key))
        expect(value ?? '/run/parley/', `${name} ${key}`).toMatch(/^\/run\/parley\//)
  expect(environmentOf('secrets')).toEqual({ POSTGRES_PASSWORD: null, SESSION_SECRET: null })
  expect(file.volumes).toHaveProperty('secrets')
  expect(dockerfile).not.toMatch(/SECRET|PASSWORD/)
})

test('every setting of a node can be made here', () => {
  const elsewhere = ['NODE_NAME', 'DATABASE_URL', 'SESSION_SECRET', 'PARLEY_SUPERVISED']
  const known = Object.keys(environmentOf('server')).map((name) => name.replace(/_FILE$/, ''))
  for (const name of Object.keys(variables)) if (!elsewhere.includes(name)) expect(known).toContain(name)
  for (const name of known) expect(Object.keys(variables)).toContain(name)
})

test('one build makes an image for all that use it, from the lock file', () => {
  const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, target]) => target)
  for (const name of ['server', 'nginx']) expect(targets).toContain(service(name).build?.target)
  expect(service('migrate')).toMatchObject({ image: service('server').image })
  expect(service('migrate').build).toBeUndefined()
  expect(dockerfile.match(/npm (ci|i|install)\b/g)).toEqual(['npm ci', 'npm ci'])
  for (const limit of Object.values(file.services).flatMap(({ ulimits }) => ulimits?.nofile ?? []))
    expect(typeof limit === 'number' ? limit : limit.hard).toBeLessThanOrEqual(20_000)
})

test("nginx's template is filled in by the image, and finds the nodes by their name", () => {
  const template = read('infra/nginx/nginx.conf.template')
  const asked = new Set([...template.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => name))
  // By one of the two: a name that compose passes on without a value takes away what the image says.
  for (const name of asked) {
    const value = environmentOf('nginx')[name]
    if (value === undefined) expect(dockerfile, name).toMatch(new RegExp(`^ +${name}=`, 'm'))
    else expect(value, name).toMatch(/^\$\{[A-Z_]+:-\d+\}$/)
  }
  const upstreams = read('infra/nginx/compose-upstreams.conf')
  expect(dockerfile).toContain('compose-upstreams.conf;')
  expect(upstreams).toContain('resolver 127.0.0.11 valid=1s')
  expect(upstreams.match(/^ {2}server server:3000 resolve /gm)).toHaveLength(
    upstreams.match(/^upstream /gm)?.length ?? 0,
  )
  expect(upstreams).toMatch(/upstream app \{[^}]*least_conn;/)
  for (const pool of ['app_sticky', 'app_held'])
    expect(upstreams).toMatch(new RegExp(`upstream ${pool} \\{[^}]*sticky cookie `))
  expect(upstreams, 'nodes of one name: consistent hashing would scatter a session').not.toMatch(/hash [^;]*consistent/)
})

test('whoever watches is pinned, on the loopback alone, without a password that could be a default', () => {
  for (const name of extra.observability) {
    expect(service(name)).toMatchObject({ restart: 'unless-stopped', read_only: true, cap_drop: ['ALL'] })
    expect(service(name).image).toMatch(/:v?\d+\.\d+\.\d+$/)
    expect(service(name).ports?.[0]).toMatch(/^\$\{[A-Z]+_PUBLISH:-127\.0\.0\.1:\d+\}:\d+$/)
    expect(service(name).healthcheck?.test.length, name).toBeGreaterThan(0)
  }
  expect(environmentOf('grafana')).toMatchObject({
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
  })
  expect(service('prometheus').volumes).toContain('./infra/prometheus:/etc/parley:ro')
  expect(service('grafana').volumes).toContain('./infra/grafana/dashboards:/etc/parley/dashboards:ro')
})

test('https is the same front door with the operator’s certificate, and plain http leads to it', () => {
  const { LISTEN, REDIRECT } = environmentOf('tls')
  expect(service('tls')).toMatchObject({ image: service('nginx').image, read_only: true, cap_drop: ['ALL'] })
  expect(service('tls').volumes).toEqual([`$\{TLS_FOLDER:-./tls}:/tls:ro`])
  expect(LISTEN).toMatch(
    /^listen 8443 ssl; ssl_certificate \/tls\/\S+; ssl_certificate_key \/tls\/\S+; include \S+\/tls.conf;$/,
  )
  expect(REDIRECT).toContain('return 308 https://$$host$$request_uri;')
  expect(read('infra/nginx/tls.conf')).toMatch(/^add_header Strict-Transport-Security "max-age=\d{8,}" always;$/m)
})

test('backup and restore are the nodes’ own image, asked for one time, through a pipe', () => {
  for (const name of extra.backup) {
    expect(service(name)).toMatchObject({ image: service('server').image, restart: 'no', read_only: true })
    expect(service(name).ports).toBeUndefined()
  }
  expect(service('backup').command).toEqual(['node', 'infra/backup/main.ts', 'backup', '-'])
  expect(service('restore').entrypoint).toEqual(['node', 'infra/backup/main.ts', 'restore', '-'])
  expect(dockerfile).toContain('COPY infra/backup infra/backup')
})

test('what one address may do at once can be set, and is generous', () => {
  const settings = Object.keys(environmentOf('nginx'))
  expect(settings.length).toBe(5)
  for (const name of settings) {
    expect(environmentOf('tls')).toHaveProperty(name)
    expect(environmentOf('nginx')[name], name).toMatch(new RegExp(`^\\$\\{${name}:-\\d+\\}$`))
    expect(Number(environmentOf('nginx')[name]?.match(/\d+/)?.[0]), name).toBeGreaterThanOrEqual(50)
    expect(text.slice(0, text.indexOf('name: parley'))).toContain(name)
  }
})
