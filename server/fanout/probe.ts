/** Whether words really go out and come back: a node that hears its own voice can be heard by others. */
import { afterTurns, type Clock, within } from '../kit/clock.ts'
import { openLoop } from '../kit/loop.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { Listener } from './subscriber.ts'

type Needs = {
  client: {
    sPublish(channel: string, message: string): unknown
    sSubscribe(channel: string, listener: Listener): void
  }
  /** Its own, so that no other node answers for it. */
  channel: string
  /** Whether it is worth a try. */
  isLinked: () => boolean
  clock: Clock
  metrics: Pick<Metrics, 'fanoutSeconds'>
  onTurn: (healthy: boolean) => void
}

const probing = { everyMs: 250, doubtMs: 300, boundMs: 1_500 }

/** Unhealthy until the first word came back; while one is late it is doubtful, which is told nobody and ends by itself. */
export function openProbe({ client, channel, isLinked, clock, metrics, onTurn }: Needs) {
  let healthy = false
  let doubtful = false
  let said = 0
  let lagMs = 0
  let hear: (count: number) => void = () => {}

  function turn(to: boolean): void {
    if (to === healthy) return
    healthy = to
    onTurn(to)
  }

  async function probe(): Promise<void> {
    if (!isLinked()) return turn(false)
    const count = ++said
    const back = new Promise<void>((resolve) => {
      hear = (heard) => heard === count && resolve()
    })
    const saidAt = clock.ticks()
    const settle = afterTurns(clock, probing.doubtMs, () => {
      doubtful = true
    })
    client.sPublish(channel, String(count))
    await within(clock, probing.boundMs, 'hear itself', back).finally(settle)
    doubtful = false
    const tookMs = clock.ticks() - saidAt
    lagMs = Math.round(tookMs * 10) / 10
    metrics.fanoutSeconds.observe(tookMs / 1_000)
    turn(true)
  }

  client.sSubscribe(channel, (message) => hear(Number(message.toString())))
  const loop = openLoop({ clock, everyMs: () => probing.everyMs, run: probe, onFault: () => turn(false) })
  return { healthy: () => healthy && !doubtful, lagMs: () => lagMs, kick: loop.kick, close: loop.close }
}
