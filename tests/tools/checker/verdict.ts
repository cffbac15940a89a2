/** From a history to valid, invalid or unknown; unknown is not a pass. */
import { checks } from './checks.ts'
import { type History, operationsOf, type Violation } from './history.ts'

type FaultCover = { fault: string; beganAt: number; endedAt: number; acknowledged: number }

export type Verdict = {
  verdict: 'valid' | 'invalid' | 'unknown'
  violations: Violation[]
  /** Why nothing can be said, although nothing was broken. */
  doubts: string[]
  acknowledged: number
  faults: FaultCover[]
}

/** Acknowledged sends that must overlap a fault before surviving it means anything. */
const enoughPerFault = 20

type Demands = {
  /** Views that must have been given in the end: clients × their rooms. */
  finals: number
  /** How few acknowledged sends a fault may have seen. */
  enough?: number
  /** How few cached answers the nodes may have compared with Postgres. */
  audits?: number
}

export function judge(history: History, { finals, enough = enoughPerFault, audits = 0 }: Demands): Verdict {
  const sends = [...operationsOf(history).values()].filter(({ kind }) => kind === 'send')
  const spans = sends.flatMap(({ invokedAt, acknowledged: [ack] }) =>
    ack === undefined ? [] : [{ from: invokedAt, to: ack.at }],
  )
  const faults = faultsOf(history).map((fault) => ({
    ...fault,
    acknowledged: spans.filter(({ from, to }) => from <= fault.endedAt && to >= fault.beganAt).length,
  }))
  const { compared = 0 } = history.audits ?? {}
  const violations = checks.flatMap((check) => check(history))
  const doubts = [
    ...faults
      .filter(({ acknowledged }) => acknowledged < enough)
      .map(({ fault, acknowledged }) => `only ${acknowledged} acknowledged sends overlap ${fault}`),
    ...(spans.length === 0 ? ['nothing was acknowledged'] : []),
    ...(compared < audits ? [`only ${compared} cached answers were compared with Postgres`] : []),
    ...(history.finals.length < finals ? [`${history.finals.length} of ${finals} final views were given`] : []),
  ]
  const verdict = violations.length > 0 ? 'invalid' : doubts.length > 0 ? 'unknown' : 'valid'
  return { verdict, violations, doubts, acknowledged: spans.length, faults }
}

function faultsOf({ events }: History): Omit<FaultCover, 'acknowledged'>[] {
  const open = new Map<string, number>()
  const faults: Omit<FaultCover, 'acknowledged'>[] = []
  for (const event of events) {
    if (event.type !== 'fault') continue
    if (event.phase === 'begin') open.set(event.fault, event.at)
    else {
      faults.push({ fault: event.fault, beganAt: open.get(event.fault) ?? event.at, endedAt: event.at })
      open.delete(event.fault)
    }
  }
  for (const [fault, beganAt] of open) faults.push({ fault, beganAt, endedAt: Number.POSITIVE_INFINITY })
  return faults
}
