/** The one place that reads the environment: each variable described, parsed once, frozen. `.env.example` is held against it. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { must } from './kit/must.ts'

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' })
const redisUrl = z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' })
const list = z.string().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''))
const flag = z.stringbool({ error: 'must be true or false' })
const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
])

/** A budget reads `points/time`: `20/1m` is twenty a minute. */
const budget = z
  .string()
  .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,5}(ms|s|m|h)$/, 'must read like 20/1m: points, a slash, a number with ms, s, m or h')
  .transform((value) => {
    const [, points, count, unit] = /^(\d+)\/(\d+)(ms|s|m|h)$/.exec(value) ?? []
    return {
      points: Number(points),
      perMs: Number(count) * must(unitMs.get(unit ?? ''), 'the pattern names the units'),
    }
  })

/** Every variable there is. Those without a default must be given. */
export const variables = {
  NODE_NAME: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes')
    .default(hostname())
    .describe("The node's name, unique in the cluster; the host's name unless given."),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  PORT: whole(0, 65_535).default(3000).describe('The port to listen on; 0 takes a free one.'),
  DATABASE_URL: postgresUrl.describe('Postgres.'),
  POOL_MAX: whole(2, 200)
    .default(10)
    .describe(
      'Connections to Postgres that each node keeps; Postgres must allow as many for all of them together, and a few.',
    ),
  REDIS_URL: redisUrl.describe('Redis for sessions, pub/sub, budgets and roster: must never evict.'),
  CACHE_REDIS_URL: redisUrl.describe('Redis for cached pages and records: bounded, evicts, keeps nothing on disk.'),
  SESSION_SECRET: z
    .string()
    .min(32)
    .describe('Signs the session cookie: the same on all nodes, 32 characters or more.'),
  SESSION_TTL_MS: whole(1_000, 2 ** 40)
    .default(1_209_600_000)
    .describe('How long a session lives without use.'),
  ADMINS: list.prefault('').describe('Usernames of admins, separated by commas.'),
  ORIGINS: list
    .pipe(z.array(z.url({ protocol: /^https?$/, error: 'must be addresses like https://chat.example.org' })))
    .transform((urls) => urls.map((url) => new URL(url).origin))
    .prefault('')
    .describe('Origins accepted beside the one the request itself was sent to, separated by commas.'),
  TRUST_PROXY: whole(0, 10).default(1).describe('How many proxies stand in front; nginx is one. 0 believes no header.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Log level.'),
  LOG_PRETTY: flag.prefault('false').describe('Coloured lines for a person instead of JSON.'),
  DRAIN_MS: whole(100, 600_000).default(10_000).describe('How long a node that was asked to stop may take.'),
  PACE_MS: whole(0, 10_000)
    .default(25)
    .describe('The least time between two commits of one node to one room, and between two frames to its sockets.'),
  PATIENCE_MS: whole(0, 1_000).default(5).describe('How long a busy node gathers writes before it commits them.'),
  MAX_BATCH: whole(1, 5_000).default(500).describe('Writes in one commit.'),
  MAX_WAITING: whole(1, 1_000_000)
    .default(10_000)
    .describe('Writes that may wait for a commit before new ones are refused.'),
  PING_INTERVAL_MS: whole(100, 120_000).default(4_000).describe('How often a socket is asked whether it lives.'),
  PING_TIMEOUT_MS: whole(100, 120_000).default(5_000).describe('How long it may take to say so.'),
  WATCHDOG_MS: whole(0, 600_000)
    .default(3_000)
    .describe('How long the event loop may hang before the node ends itself; 0 is for ever.'),
  HASHES_AT_ONCE: whole(1, 64)
    .default(2)
    .describe('Password hashes worked on at a time; each takes 19 MiB and a thread.'),
  HASHES_WAITING: whole(1, 10_000).default(100).describe('Password hashes that may wait before sign-ins are refused.'),
  BUDGET_SIGN_IN_NAME: budget.prefault('10/15m').describe('Sign-ins per username and address.'),
  BUDGET_SIGN_IN_ADDRESS: budget.prefault('100/15m').describe('Sign-ins per address.'),
  BUDGET_SIGN_UP_ADDRESS: budget.prefault('20/1h').describe('New accounts per address.'),
  BUDGET_PASSWORD_USER: budget.prefault('10/15m').describe('Attempts to change a password, per user.'),
  BUDGET_CALL_USER: budget.prefault('600/1m').describe('HTTP calls per user.'),
  BUDGET_CALL_SOCKET: budget.prefault('300/10s').describe('Calls per socket.'),
  BUDGET_SEND_USER: budget.prefault('60/10s').describe('Messages, edits, deletions and reactions per user.'),
  BUDGET_CREATE_USER: budget.prefault('30/10m').describe('New rooms per user.'),
  BUDGET_CHANGE_USER: budget
    .prefault('60/1m')
    .describe('Changes of the own profile, of rooms and of who is in them, per user.'),
  BUDGET_ORDER_USER: budget.prefault('30/1m').describe('Orders to nodes, per admin.'),
  BUDGET_TYPING_USER: budget.prefault('60/1m').describe('Signs of typing per user.'),
  BUDGET_CONNECT_ADDRESS: budget.prefault('600/1m').describe('Handshakes of sockets per address.'),
  CACHE_AUDIT: flag
    .prefault('false')
    .describe('Compares what the cache answers with Postgres, for proof that nothing old is served; costs reads.'),
  CHAOS: z
    .enum(['allowed', 'denied'])
    .default('denied')
    .describe('Whether admins may kill, pause and drain nodes from the panel: allowed or denied.'),
  PARLEY_SUPERVISED: flag
    .prefault('false')
    .describe('Set by the local supervisor: the node ends when its parent does.'),
} as const

const environment = z.object(variables)

export type Environment = Record<string, string | undefined>

/** Names every problem of the environment at once; `main` prints it and exits 78. */
export class ConfigFault extends Error {
  override name = 'ConfigFault'
}

/**
 * The node's configuration, frozen. Any variable may be given as `<NAME>_FILE` instead, the path of a file that holds
 * it; an empty one counts as absent. Throws `ConfigFault`.
 */
export function readConfig(given: Environment = process.env) {
  const { found, problems } = gather(given)
  const parsed = environment.safeParse(found)
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0])
    if (!problems.has(name)) problems.set(name, found[name] === undefined ? 'is missing' : message)
  }
  if (!parsed.success || problems.size > 0) {
    const lines = [...problems].map(([name, problem]) => `  ${name} ${problem}`)
    throw new ConfigFault(`unable to start; the environment is wrong:\n${lines.join('\n')}`)
  }
  return freeze(shape(parsed.data))
}

export type Config = ReturnType<typeof readConfig>

function gather(given: Environment) {
  const found: Environment = {}
  const problems = new Map<string, string>()
  for (const name of Object.keys(variables)) {
    const file = given[`${name}_FILE`]
    found[name] = given[name] || undefined
    if (found[name] !== undefined || !file) continue
    try {
      found[name] = readFileSync(file, 'utf8').trim()
    } catch (fault) {
      problems.set(name, `cannot be read from its file: ${fault instanceof Error ? fault.message : fault}`)
    }
  }
  return { found, problems }
}

function shape(env: z.infer<typeof environment>) {
  return {
    node: {
      name: env.NODE_NAME,
      supervised: env.PARLEY_SUPERVISED,
      watchdogMs: env.WATCHDOG_MS,
      drainMs: env.DRAIN_MS,
    },
    listen: { host: env.HOST, port: env.PORT, trustProxy: env.TRUST_PROXY },
    database: { url: env.DATABASE_URL, poolMax: env.POOL_MAX },
    redis: { url: env.REDIS_URL, cacheUrl: env.CACHE_REDIS_URL, audit: env.CACHE_AUDIT },
    session: { secret: env.SESSION_SECRET, ttlMs: env.SESSION_TTL_MS },
    admins: env.ADMINS,
    chaos: env.CHAOS === 'allowed',
    origins: env.ORIGINS,
    log: { level: env.LOG_LEVEL, pretty: env.LOG_PRETTY },
    lanes: {
      paceMs: env.PACE_MS,
      patienceMs: env.PATIENCE_MS,
      maxBatch: env.MAX_BATCH,
      maxWaiting: env.MAX_WAITING,
    },
    sockets: { pingIntervalMs: env.PING_INTERVAL_MS, pingTimeoutMs: env.PING_TIMEOUT_MS },
    hashing: { atOnce: env.HASHES_AT_ONCE, maxWaiting: env.HASHES_WAITING },
    budgets: {
      signInName: env.BUDGET_SIGN_IN_NAME,
      signInAddress: env.BUDGET_SIGN_IN_ADDRESS,
      signUpAddress: env.BUDGET_SIGN_UP_ADDRESS,
      passwordUser: env.BUDGET_PASSWORD_USER,
      callUser: env.BUDGET_CALL_USER,
      callSocket: env.BUDGET_CALL_SOCKET,
      sendUser: env.BUDGET_SEND_USER,
      createUser: env.BUDGET_CREATE_USER,
      changeUser: env.BUDGET_CHANGE_USER,
      orderUser: env.BUDGET_ORDER_USER,
      typingUser: env.BUDGET_TYPING_USER,
      connectAddress: env.BUDGET_CONNECT_ADDRESS,
    },
  }
}

function freeze<Value extends object>(value: Value): Readonly<Value> {
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part)
  return Object.freeze(value)
}
