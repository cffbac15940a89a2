/** How a node obeys: it hears every order, and does what is sealed, meant for this very run, fresh, and new. [O1] */
import type { OrderVerb } from '#protocol/panel.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { isHarmful, type Order, orderChannel, orderLivesMs } from './orders.ts'
import type { Seal } from './seal.ts'

type Listener = (message: Buffer) => void

type Needs = {
  node: { name: string; startedAt: string }
  subscriptions: { sSubscribe(channel: string, listener: Listener): void }
  seal: Pick<Seal, 'open'>
  /** A node whose own configuration denies chaos obeys nobody who says otherwise. [O2] */
  chaosAllowed: boolean
  deeds: Record<OrderVerb, () => void>
  clock: Clock
  log: Log
}

/** Whoever gave the order through this node gets their answer first. */
const beforeMs = 250

export function openObedience({ node, subscriptions, seal, chaosAllowed, deeds, clock, log }: Needs): void {
  /** Orders obeyed, until they run out by themselves. */
  const done = new Map<string, number>()

  /** Why it is not obeyed; null when it is. */
  function objectionTo({ startedAt, verb, nonce, expiresAtMs }: Order): string | null {
    const now = clock.now()
    for (const [known, untilMs] of done) if (untilMs < now) done.delete(known)
    if (startedAt !== node.startedAt) return 'another-run'
    // also what claims to be good for longer: it would outlive the memory of its nonce
    if (expiresAtMs < now || expiresAtMs > now + 2 * orderLivesMs) return 'expired'
    if (done.has(nonce)) return 'replayed'
    return isHarmful(verb) && !chaosAllowed ? 'chaos-denied' : null
  }

  function obey({ verb, by, nonce, expiresAtMs }: Order): void {
    done.set(nonce, expiresAtMs)
    log.warn({ event: 'order-obeyed', verb, by })
    clock.after(beforeMs, deeds[verb])
  }

  function hear(message: Buffer): void {
    const words = seal.open(message.toString())
    const order: Order | null = words === null ? null : JSON.parse(words) // under our seal stands what `orders` wrote
    if (order !== null && order.node !== node.name) return
    const reason = order === null ? 'forged' : objectionTo(order)
    if (order !== null && reason === null) obey(order)
    else log.warn({ event: 'order-refused', reason, verb: order?.verb, by: order?.by })
  }

  subscriptions.sSubscribe(orderChannel, hear)
}
