/** What the adapter publishes with: it never rejects into the void, never waits, and holds no more than a bound. [A2] */

/** What is needed of a Redis client; `cache/redis.ts` makes one. */
export type PublisherLink = {
  client: { sPublish(channel: string, message: string | Buffer): Promise<unknown> }
  healthy(): boolean
}
