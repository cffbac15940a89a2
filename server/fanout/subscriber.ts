/** What the adapter subscribes with: it remembers what it wants to hear and asks again until it does. */

type Listener = (message: Buffer, channel: Buffer) => unknown

/** What is needed of a Redis client; `cache/redis.ts` makes one. */
export type SubscriberLink = {
  client: {
    sSubscribe(channel: string, listener: Listener, bufferMode: true): Promise<void>
    sUnsubscribe(channel: string): Promise<void>
  }
  healthy(): boolean
  onReady(task: () => void): () => void
}
