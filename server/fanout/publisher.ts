/** What the adapter publishes with: it never rejects into the void, never waits, and holds no more than a bound. [A2] */
import type { Metrics } from '../kit/metrics.ts'

/** What is needed of a Redis client; `cache/redis.ts` makes one. */
export type PublisherLink = {
  client: { sPublish(channel: string, message: string | Buffer): Promise<unknown> }
  healthy(): boolean
  onReady(task: () => void): () => void
}

/** Bytes given to Redis and not yet taken by it. A Redis that is paused takes none, and a late burst helps nobody. */
const heldBytes = 8 * 1024 * 1024

type Needs = { link: PublisherLink; metrics: Pick<Metrics, 'publishFaults'> }

/**
 * `sPublish` resolves at once: the adapter delivers to its own sockets only after its publish has settled, and they are
 * not to wait for a Redis that hangs. What is lost is counted; repair heals it.
 */
export function openPublisher({ link, metrics }: Needs) {
  let held = 0

  return {
    sPublish(channel: string, message: string | Buffer): Promise<number> {
      if (!link.healthy() || held > heldBytes) metrics.publishFaults.inc()
      else {
        const bytes = message.length
        held += bytes
        link.client
          .sPublish(channel, message)
          .catch(() => metrics.publishFaults.inc())
          .finally(() => {
            held -= bytes
          })
      }
      return Promise.resolve(0)
    },
  }
}
