/** What came out, as text for a terminal. */
import { lagsOf } from '../checker/page-checks.ts'
import { type FaultFigures, figuresOf, longestAwayIn, slowestIn } from './figures.ts'
import type { Outcome } from './run.ts'

/** A figure of the table: its heading and where it comes from. */
export const columns: [head: string, of: (row: FaultFigures) => number][] = [
  ['times', ({ times }) => times],
  ['sends', ({ sends }) => sends.count],
  ['p50', ({ sends }) => sends.p50],
  ['p99', ({ sends }) => sends.p99],
  ['max', ({ sends }) => sends.max],
  ['seen p99', ({ seen }) => seen.p99],
  ['seen max', ({ seen }) => seen.max],
  ['lost', ({ lost }) => lost],
  ['back p50', ({ recovery }) => recovery.p50],
  ['back p99', ({ recovery }) => recovery.p99],
  ['back max', ({ recovery }) => recovery.max],
  ['silence', ({ silenceMs }) => silenceMs],
  ['agreed', ({ agreed }) => agreed.max],
]

export const legend =
  'ms; p50, p99, max: send → durable · seen: acknowledged → shown to the others · lost: connections broken · ' +
  'back: fault → next sign of life, of those who lost theirs if any did · silence: longest without a sign of life · ' +
  'agreed: mended → everybody right about messages, members, unread and presence, at most'

export function tellOutcome(outcome: Outcome, seed: number): string {
  const { verdict } = outcome
  const rows = figuresOf(outcome)
  const wide = Math.max(...rows.map(({ fault }) => fault.length)) + 1
  return [
    '',
    `${''.padEnd(wide)}${columns.map(([head]) => head.padStart(9)).join('')}`,
    ...rows.map((row) => row.fault.padEnd(wide) + columns.map(([, of]) => String(of(row)).padStart(9)).join('')),
    legend,
    '',
    ...summaryOf(outcome, seed),
    ...slowestIn(outcome, 5).map((line) => `slow: ${line}`),
    ...longestAwayIn(outcome, 20).map((line) => `away: ${line}`),
    ...verdict.doubts.map((doubt) => `unknown: ${doubt}`),
    ...verdict.violations
      .slice(0, 5)
      .map(
        ({ rule, says, evidence }) =>
          `broken: ${rule}, ${says}\n  ${evidence.map((each) => JSON.stringify(each)).join('\n  ')}`,
      ),
    ...(verdict.violations.length > 5 ? [`and ${verdict.violations.length - 5} more`] : []),
    `verdict: ${verdict.verdict}`,
    '',
  ].join('\n')
}

export function summaryOf({ verdict, history, seconds, faults, settledMs }: Outcome, seed: number): string[] {
  const count = (type: string) => history.events.filter((event) => event.type === type).length
  const pages = history.events.filter((event) => event.type === 'page')
  const cached = pages.filter(({ source }) => source === 'cache').length
  const lags = lagsOf(history)
  const latest = Math.max(0, ...lags.map(({ lagMs }) => lagMs))
  const { compared = 0, repaired = 0, stale = 0 } = history.audits ?? {}
  return [
    `${verdict.acknowledged} messages acknowledged, ${count('shown')} shown, ${faults} faults in ${seconds.toFixed(0)} s, seed ${seed}`,
    `quiet: everybody agreed with Postgres after ${Math.round(settledMs)} ms`,
    `pages: ${pages.length} read, ${cached} from the cache, ${lags.length} behind an acknowledgement, by ${Math.round(latest)} ms at most`,
    `audits: ${compared} cached answers compared with Postgres, ${repaired} old for over a second, ${stale} stale`,
    `refused: ${tellRefusals(history.events.flatMap((event) => (event.type === 'refused' ? [event.code] : [])))}`,
  ]
}

function tellRefusals(codes: readonly string[]): string {
  const byCode = Map.groupBy(codes, (code) => code)
  return [...byCode].map(([code, times]) => `${code} ${times.length}`).join(', ') || 'nothing'
}
