/** Which Redis this is, right now: an instance that restarted may have kept old values, so its keys are no longer ours. [C7] [C9] */
import { createHash } from 'node:crypto'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { openLoop } from '../kit/loop.ts'
import type { Redis } from './redis.ts'

type Needs = {
  redis: Redis
  /** Whether the same instance also keeps the sessions: then it must never evict, and the cache has to be modest. */
  shared: boolean
  /** The incarnation of the database; '' while it is not known. */
  epoch: () => string
  log: Log
  clock: Clock
}

export type Instance = {
  /** Part of every key: names the instance's run and the epoch. '' while either is unknown; then nothing may be asked. */
  scope(): string
  /** Whether it may take a value of this size: a shared instance can evict none, so they get no more than half its memory. */
  hasRoomFor(size: number): boolean
  close(): Promise<void>
}

const askEveryMs = 5_000
/** What a shared instance without a limit of its own may hold before the cache stops growing. */
const modestBytes = 256 * 1024 * 1024

type Facts = { run: string; usedBytes: number; maxBytes: number; policy: string }

function factsOf(text: string): Facts {
  const rows = new Map(
    text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
  return {
    run: rows.get('run_id') ?? '',
    usedBytes: Number(rows.get('used_memory') ?? 0),
    maxBytes: Number(rows.get('maxmemory') ?? 0),
    policy: rows.get('maxmemory_policy') ?? '',
  }
}

export function openInstance({ redis, shared, epoch, log, clock }: Needs): Instance {
  let run = ''
  let lastRun = ''
  let told = ''
  /** What this node may add before it has to ask again how full a shared instance is; others add as well. */
  let spare = 0

  const scopeOf = (of: string) => createHash('sha1').update(`${of}/${epoch()}`).digest('hex').slice(0, 12)
  let known = { run: '', epoch: '', scope: '' }
  function scope(): string {
    if (run === '' || epoch() === '') return ''
    if (known.run !== run || known.epoch !== epoch()) known = { run, epoch: epoch(), scope: scopeOf(run) }
    return known.scope
  }

  function judge({ maxBytes, policy }: Facts): void {
    const evicts = policy !== 'noeviction'
    const complaint =
      shared && evicts
        ? 'sessions can be evicted: an instance that keeps them needs maxmemory-policy noeviction'
        : !shared && (!evicts || maxBytes === 0)
          ? 'the cache is not bounded: it needs maxmemory and maxmemory-policy allkeys-lru'
          : ''
    if (complaint !== '' && complaint !== told) log.error({ event: 'redis-policy', policy, maxBytes, complaint })
    told = complaint
  }

  /** Values of an earlier run cannot be found any more, but where nothing is evicted they would take up room for an hour. */
  async function sweep(): Promise<void> {
    const ours = `cache:${scope()}:`
    for await (const keys of redis.client.scanIterator({ MATCH: 'cache:*', COUNT: 500 })) {
      const old = keys.filter((key) => !key.startsWith(ours))
      if (old.length > 0) await redis.client.unlink(old)
    }
  }

  async function ask(): Promise<void> {
    if (!redis.healthy()) return
    const text = await redis.ask('ask redis who it is', async (client) => {
      const [server, memory] = await Promise.all([client.info('server'), client.info('memory')])
      return server + memory
    })
    const facts = factsOf(text)
    judge(facts)
    spare = ((facts.maxBytes > 0 ? facts.maxBytes / 2 : modestBytes) - facts.usedBytes) / 16
    if (facts.run === run) return
    const isOther = lastRun !== '' && facts.run !== lastRun
    run = facts.run
    lastRun = run
    if (isOther) log.info({ event: 'cache-restarted', shared })
    if (shared && scope() !== '') await sweep()
  }

  const loop = openLoop({
    clock,
    everyMs: () => (run === '' ? 250 : askEveryMs),
    run: ask,
    onFault: (fault) => log.debug({ event: 'redis-unknown', err: fault }),
  })
  const stop = redis.onReady(() => {
    run = '' // before any command of this connection: nothing is looked up in a run that is over
    loop.kick()
  })

  return {
    scope,
    hasRoomFor(size) {
      if (!shared) return true
      const had = spare
      spare -= size
      if (had >= 0 && spare < 0) loop.kick()
      return spare >= 0
    },
    async close() {
      stop()
      await loop.close()
    },
  }
}
