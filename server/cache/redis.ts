/** A client of Redis that is never silent about an outage: it fails within a bound, at once while away, and comes back by itself. */
import { RedisClient as Client } from 'redis'
import type { Clock } from '../kit/clock.ts'
import { within } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { openLoop } from '../kit/loop.ts'
import type { Metrics } from '../kit/metrics.ts'

type Needs = {
  url: string
  /** What the instance is for, in logs and in the outage metric: `state`, `cache`, `publisher`, `subscriber` … */
  name: string
  log: Log
  metrics: Pick<Metrics, 'outages' | 'pingSeconds'>
  clock: Clock
  /** Keeps commands given while away and sends them late. Only a subscriber wants that. */
  offlineQueue?: boolean
}

export type RedisClient = ReturnType<typeof createHardened>

export type Redis = {
  client: RedisClient
  /** Whether Redis answered the last time it was asked; a command given while it did not is a waste of its bound. */
  healthy(): boolean
  /** Gives commands to the client: rejects after `boundMs` (1.5 s) without an answer, and at once while Redis is away. */
  ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>, boundMs?: number): Promise<Value>
  /** Runs `task` after every (re)connection, also when the instance behind it is another one. Returns the way to stop. */
  onReady(task: () => void): () => void
  close(): Promise<void>
}

const watch = { everyMs: 1_000, boundMs: 1_500, misses: 2 }

/** `createClient` makes a class per client, 45 ms each, and what one of them learns to do fast the others have to learn anew. */
const newClient = Client.factory()

/** A packet lost on the way would leave a client waiting for ever, so nothing here may rest on the other side's goodbye. */
function createHardened({ url, name, offlineQueue = false }: Pick<Needs, 'url' | 'name' | 'offlineQueue'>) {
  return newClient({
    url,
    name: `parley-${name}`,
    disableOfflineQueue: !offlineQueue,
    commandsQueueMaxLength: 5_000,
    maintNotifications: 'disabled',
    // only bounds what still waits to be written, and costs a timer each: the wait for an answer is the caller's to bound
    commandOptions: { timeout: offlineQueue ? 1_500 : 0 },
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 3_000,
      // the library's own strategy gives up for good after a socketTimeout
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), 1_000) + Math.random() * 100,
    },
  })
}

/** Returns at once and connects by itself, however long that takes; `healthy` and `onReady` tell when. */
export function openRedis({ url, name, log, metrics, clock, offlineQueue }: Needs): Redis {
  const client = createHardened({ url, name, ...(offlineQueue === undefined ? {} : { offlineQueue }) })
  const tasks = new Set<() => void>()
  let misses = 0
  let away = true
  let closed = false

  function tell(isAway: boolean, reason?: unknown): void {
    metrics.outages.set({ service: `redis-${name}` }, isAway ? 1 : 0)
    if (isAway === away || closed) return
    away = isAway
    if (isAway) log.warn({ event: 'redis-away', redis: name, reason: String(reason) })
    else log.info({ event: 'redis-back', redis: name })
  }

  client.on('error', (fault: Error) => tell(true, fault.message))
  client.on('connect', () => log.debug({ event: 'redis-connect', redis: name }))
  client.on('reconnecting', () => log.debug({ event: 'redis-reconnecting', redis: name }))
  client.on('ready', () => {
    misses = 0
    tell(false)
    for (const task of tasks) task()
  })

  function connect(): void {
    client.connect().catch((fault: unknown) => tell(true, fault))
  }

  /** A busy client's socketTimeout never fires, for its writes count as life: so it is asked, and replaced after two misses. */
  async function ask(): Promise<void> {
    if (!client.isReady) return
    const askedAt = clock.ticks()
    try {
      await within(clock, watch.boundMs, 'ping redis', client.ping())
      metrics.pingSeconds.observe({ service: `redis-${name}` }, (clock.ticks() - askedAt) / 1_000)
      misses = 0
      tell(false)
    } catch (fault) {
      misses += 1
      tell(true, fault)
      if (misses < watch.misses || closed) return
      misses = 0
      client.destroy()
      connect()
    }
  }

  const healthy = () => client.isReady && !away

  tell(true)
  connect()
  const loop = openLoop({ clock, everyMs: () => watch.everyMs, run: ask, onFault: (fault) => tell(true, fault) })

  return {
    client,
    healthy,
    async ask(what, commands, boundMs = watch.boundMs) {
      if (!healthy()) throw new Error(`unable to ${what}; redis ${name} is away`)
      return await within(clock, boundMs, what, commands(client))
    },
    onReady(task) {
      tasks.add(task)
      if (client.isReady) task()
      return () => tasks.delete(task)
    },
    async close() {
      closed = true
      tasks.clear()
      const ended = loop.close()
      if (client.isReady) await within(clock, 1_000, 'close redis', client.close()).catch(() => client.destroy())
      else if (client.isOpen) client.destroy()
      await ended
    },
  }
}
