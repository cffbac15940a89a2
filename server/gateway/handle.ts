/** The frame around every call: parsed, within budget, answered once; a fault of ours reaches nobody as it is. [X2] [X3] */
import type { RefusalView } from '#protocol/refusals.ts'
import { calls } from '#protocol/schemas.ts'
import type { Answer, CallName, Calls } from '#protocol/wire.ts'
import type { Metrics } from '../kit/metrics.ts'
import { Refusal } from '../kit/refusal.ts'
import type { Context } from './context.ts'

/** Calls of one socket under way at a time; a client that sends its whole outbox at once stays below. */
const callsAtOnce = 64

export type Call = {
  name: CallName
  /** Never rejects; answers through the last argument, and does nothing at all without one. */
  answer(context: Context, args: unknown[]): Promise<void>
}

type Work<Name extends CallName> = (context: Context, input: Calls[Name]['input']) => Promise<Calls[Name]['value']>

export function handle<Name extends CallName>(name: Name, work: Work<Name>): Call {
  async function attempt(context: Context, input: unknown): Promise<Calls[Name]['value']> {
    if (context.inFlight > callsAtOnce) throw new Refusal('slow-down', { retryInMs: 250 })
    await context.budget.spend('callSocket', context.socketId)
    const parsed = calls[name].safeParse(input)
    if (!parsed.success) throw badInput(parsed.error)
    // the schema of a call and its type in `wire` say the same, which the compiler cannot see for all calls at once
    return work(context, parsed.data as Calls[Name]['input'])
  }

  async function outcome(context: Context, input: unknown): Promise<Answer<Calls[Name]['value']>> {
    context.inFlight += 1
    try {
      return { ok: true, value: await attempt(context, input) }
    } catch (fault) {
      if (!(fault instanceof Refusal)) context.log.error({ event: 'call-failed', call: name, err: fault })
      return { ok: false, ...refuse(fault, context.metrics) }
    } finally {
      context.inFlight -= 1
    }
  }

  return {
    name,
    async answer(context, args) {
      const [input, acknowledge] = args
      if (args.length === 2 && typeof acknowledge === 'function') acknowledge(await outcome(context, input))
    },
  }
}

/** What a peer is told of a fault. */
export function refuse(fault: unknown, metrics: Pick<Metrics, 'refusals'>): RefusalView {
  const { view } = fault instanceof Refusal ? fault : new Refusal('unavailable', { cause: fault })
  metrics.refusals.inc({ code: view.code })
  return view
}

function badInput({ issues }: { issues: { path: PropertyKey[]; message: string }[] }): Refusal {
  const [{ path, message } = { path: [], message: 'is not of the expected form' }] = issues
  return new Refusal('bad-input', { detail: `${path.join('.') || 'input'}: ${message}` })
}
