/** How long a reader with another way out waits for Redis: little, and after a disappointment not at all for a while. [C3] */
import { afterTurns, type Clock } from '../kit/clock.ts'
import type { Redis, RedisClient } from './redis.ts'

type Needs = { redis: Pick<Redis, 'healthy' | 'client'>; clock: Clock; boundMs: number; restMs: number }

export type Patience = {
  /** Whether asking is worth it. */
  willing(): boolean
  /**
   * Settles as the commands do, or rejects: at once while not willing, else after `boundMs`, or as much more as our own loop
   * is slow. What was sent may still happen.
   */
  ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>): Promise<Value>
}

export function openPatience({ redis, clock, boundMs, restMs }: Needs): Patience {
  let restUntil = 0
  const willing = () => redis.healthy() && clock.ticks() >= restUntil

  function bound<Value>(what: string, work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = afterTurns(clock, boundMs, () => {
        restUntil = clock.ticks() + restMs
        reject(new Error(`unable to ${what}; no answer in ${boundMs} ms`))
      })
      work.then(
        (value) => {
          cancel()
          resolve(value)
        },
        (fault: unknown) => {
          cancel()
          reject(fault)
        },
      )
    })
  }

  return {
    willing,
    async ask(what, commands) {
      if (!willing()) throw new Error(`unable to ${what}; redis is away`)
      return await bound(what, commands(redis.client))
    },
  }
}
