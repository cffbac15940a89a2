/** What a run was like, in figures: how long sends took while each kind of fault lasted. */
import { operationsOf } from '../checker/history.ts'
import type { Outcome } from './run.ts'

export type FaultRow = { fault: string; times: number; sends: number; p50Ms: number; p99Ms: number; maxMs: number }

export const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** One row per kind of fault, the calm between them last. A send counts for every fault it overlaps. */
export function faultRows({ verdict, history }: Outcome): FaultRow[] {
  const sends = [...operationsOf(history).values()].flatMap(({ kind, invokedAt, acknowledged: [ack] }) =>
    kind === 'send' && ack !== undefined ? [{ from: invokedAt, to: ack.at }] : [],
  )
  const kinds = Map.groupBy(verdict.faults, ({ fault }) => fault.replace(/ #\d+$/, ''))
  const touches = (send: { from: number; to: number }, faults: readonly { beganAt: number; endedAt: number }[]) =>
    faults.some(({ beganAt, endedAt }) => send.from <= endedAt && send.to >= beganAt)
  const row = (fault: string, times: number, mine: typeof sends): FaultRow => {
    const tookMs = mine.map(({ from, to }) => to - from).sort((a, b) => a - b)
    return {
      fault,
      times,
      sends: mine.length,
      p50Ms: quantile(tookMs, 0.5),
      p99Ms: quantile(tookMs, 0.99),
      maxMs: tookMs.at(-1) ?? 0,
    }
  }
  return [
    ...[...kinds].map(([kind, faults]) =>
      row(
        kind,
        faults.length,
        sends.filter((send) => touches(send, faults)),
      ),
    ),
    row(
      'calm',
      1,
      sends.filter((send) => !touches(send, verdict.faults)),
    ),
  ]
}

export function tellOutcome(outcome: Outcome, seed: number): string {
  const { verdict, history, seconds, faults } = outcome
  const rows = faultRows(outcome).map(({ fault, times, sends, p50Ms, p99Ms, maxMs }) =>
    [fault.padEnd(24), ...[times, sends, p50Ms, p99Ms, maxMs].map((figure) => String(figure).padStart(8))].join(''),
  )
  const heads = ['times', 'sends', 'p50 ms', 'p99 ms', 'max ms'].map((head) => head.padStart(8)).join('')
  const shown = history.events.filter(({ type }) => type === 'shown').length
  return [
    '',
    `${'send → durable'.padEnd(24)}${heads}`,
    ...rows,
    '',
    `${verdict.acknowledged} messages acknowledged, ${shown} shown, ${faults} faults in ${seconds.toFixed(0)} s, seed ${seed}`,
    `refused: ${tellRefusals(outcome)}`,
    ...verdict.doubts.map((doubt) => `unknown: ${doubt}`),
    ...verdict.violations
      .slice(0, 5)
      .map(
        ({ rule, says, evidence }) =>
          `broken: ${rule}, ${says}\n  ${evidence.map((each) => JSON.stringify(each)).join('\n  ')}`,
      ),
    `verdict: ${verdict.verdict}`,
    '',
  ].join('\n')
}

function tellRefusals({ history }: Outcome): string {
  const codes = Map.groupBy(
    history.events.flatMap((event) => (event.type === 'refused' ? [event.code] : [])),
    (code) => code,
  )
  return [...codes].map(([code, times]) => `${code} ${times.length}`).join(', ') || 'nothing'
}
