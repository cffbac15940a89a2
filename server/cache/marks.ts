/**
 * Which cached values are just being written: noted by writers before their commit, looked at by readers before they fill.
 * Kept where sessions are kept, so that a cache that restarts, evicts or is flushed forgets no writer under way. [C8]
 */
import type { Clock } from '../kit/clock.ts'
import { byHashTag } from './hash-tags.ts'
import { openPatience } from './patience.ts'
import type { Redis } from './redis.ts'
import { openScript } from './script.ts'

export type Marks = {
  /** A writer that dies is forgotten after a minute, far longer than a commit can take. */
  mark(keys: readonly string[], writer: string): Promise<void>
  /** The marks of others stay. */
  unmark(keys: readonly string[], writers: readonly string[]): Promise<void>
  /** For each key, whether somebody writes. */
  marked(keys: readonly string[]): Promise<boolean[]>
  /** Another number for every connection, null without one: a Redis that was restarted may have forgotten what was marked before. */
  connection(): number | null
}

type Needs = { redis: Redis; clock: Clock; options?: MarkOptions }

type MarkOptions = { markMs: number; boundMs: number; restMs: number }

const defaults: MarkOptions = { markMs: 60_000, boundMs: 150, restMs: 500 }

const nowMs = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)`

/** ARGV: the writer, how long its marks last. */
const mark = openScript(`${nowMs}
for _, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', nowMs)
  redis.call('ZADD', key, nowMs + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2])
end
return 1`)

const isMarked = openScript(`${nowMs}
return redis.call('ZCOUNT', KEYS[1], nowMs, '+inf')`)

const markKey = (key: string) => `writing:${key}`

/** Every verb rejects within its bound when Redis does not answer. */
export function openMarks({ redis, clock, options = defaults }: Needs): Marks {
  const patience = openPatience({ redis, clock, ...options })
  let connections = 0
  redis.onReady(() => {
    connections += 1
  })

  return {
    connection: () => (redis.healthy() ? connections : null),
    mark: (keys, writer) =>
      patience.ask('mark cached values', async (client) => {
        const values = [writer, String(options.markMs)]
        await Promise.all(byHashTag(keys).map((together) => mark(client, together.map(markKey), values)))
      }),
    // no script: one that Redis has to be sent first would come after the mark that the next commit makes
    unmark: (keys, writers) =>
      patience.ask('unmark cached values', async (client) => {
        await Promise.all(keys.map((key) => client.zRem(markKey(key), [...writers])))
      }),
    marked: (keys) =>
      patience.ask('see who writes', async (client) => {
        const counts = await Promise.all(keys.map((key) => isMarked(client, [markKey(key)], [])))
        return counts.map((count) => count !== 0)
      }),
  }
}
