/** What the adapter subscribes with: it knows what it wants to hear, and asks again until Redis agrees. */
import type { Clock } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'

export type Listener = (message: Buffer, channel: Buffer) => unknown

/** What is needed of a Redis client; `cache/redis.ts` makes one. */
export type SubscriberLink = {
  client: {
    sSubscribe(channel: string, listener: Listener, bufferMode: true): Promise<void>
    sUnsubscribe(channel: string): Promise<void>
  }
  healthy(): boolean
  onReady(task: () => void): () => void
}

type Channel = { listener: Listener; wanted: boolean; heard: boolean; asking: boolean }

type Needs = { link: SubscriberLink; clock: Clock }

/**
 * The client resubscribes by itself to what it knew before an outage, but it forgets what was asked for during one, and
 * takes a channel given up a moment ago for one still heard. So each channel has one question under way at a time, and
 * what it should be is looked at after every answer.
 */
export function openSubscriber({ link, clock }: Needs) {
  const channels = new Map<string, Channel>()

  async function settle(name: string, channel: Channel): Promise<void> {
    if (channel.asking) return
    channel.asking = true
    try {
      while (channel.wanted !== channel.heard) {
        const { wanted } = channel
        if (wanted) await link.client.sSubscribe(name, channel.listener, true)
        else await link.client.sUnsubscribe(name)
        channel.heard = wanted
      }
      if (!channel.wanted) channels.delete(name)
    } catch {
      // Redis is away, and the link says so: `ready` or the next round asks again
    } finally {
      channel.asking = false
    }
  }

  async function settleAll(): Promise<void> {
    const under: Promise<void>[] = [] // there is a channel for everybody who is here
    for (const [name, channel] of channels) if (channel.wanted !== channel.heard) under.push(settle(name, channel))
    await Promise.all(under)
  }

  const rounds = openLoop({ clock, everyMs: () => 1_000, run: settleAll, onFault: () => {} })
  const stopListening = link.onReady(() => rounds.kick())

  return {
    sSubscribe(name: string, listener: Listener): void {
      const channel = channels.get(name) ?? { listener, wanted: true, heard: false, asking: false }
      channel.wanted = true
      channels.set(name, channel)
      void settle(name, channel)
    },
    sUnsubscribe(names: string | string[]): Promise<void> {
      for (const name of [names].flat()) {
        const channel = channels.get(name)
        if (channel === undefined) continue
        channel.wanted = false
        void settle(name, channel)
      }
      return Promise.resolve()
    },
    async close(): Promise<void> {
      stopListening()
      await rounds.close()
    },
  }
}
