/** How long a reader with another way out waits for Redis: little, and after a disappointment not at all for a while. [C3] */
import type { Cancel, Clock } from '../kit/clock.ts'
import type { Redis, RedisClient } from './redis.ts'

type Needs = { redis: Pick<Redis, 'healthy' | 'client'>; clock: Clock; boundMs: number; restMs: number }

export type Patience = {
  /** Whether asking is worth it. */
  willing(): boolean
  /** Settles as the commands do, or rejects: at once while not willing, else `boundMs` later, by a clock that our own loop keeps. What was sent may still happen. */
  ask<Value>(what: string, commands: (client: RedisClient) => Promise<Value>): Promise<Value>
}

/** An alarm this late says that our own event loop was blocked: the answer may be waiting right behind it. */
const lateMs = 50
/** A loop so busy that its alarms are late again and again is no sign of Redis; but nobody waits for ever. */
const mostLate = 8

export function openPatience({ redis, clock, boundMs, restMs }: Needs): Patience {
  let restUntil = 0
  const willing = () => redis.healthy() && clock.ticks() >= restUntil

  function bound<Value>(what: string, work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      function giveUp(): void {
        restUntil = clock.ticks() + restMs
        reject(new Error(`unable to ${what}; no answer in ${boundMs} ms`))
      }
      let late = 0
      let cancel = arm()

      function arm(): Cancel {
        const dueAt = clock.ticks() + boundMs
        return clock.after(boundMs, () => {
          if (clock.ticks() - dueAt < lateMs || late === mostLate) return giveUp()
          late += 1
          cancel = arm()
        })
      }

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
