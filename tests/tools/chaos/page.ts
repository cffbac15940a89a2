/** The report as one page that needs nothing else: operations and latency over time, faults as bands. */
import { operationsOf } from '../checker/history.ts'
import { faultRows, quantile } from './report.ts'
import type { Outcome } from './run.ts'

const width = 1_100
const height = 150

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export function drawPage(outcome: Outcome, seed: number): string {
  const { verdict, history, seconds } = outcome
  const buckets = Array.from({ length: Math.ceil(seconds) }, (): number[] => [])
  for (const { kind, invokedAt, acknowledged } of operationsOf(history).values()) {
    const [ack] = acknowledged
    if (kind === 'send' && ack !== undefined) buckets[Math.floor(ack.at / 1_000)]?.push(ack.at - invokedAt)
  }
  const p99 = buckets.map((tookMs) =>
    quantile(
      tookMs.toSorted((a, b) => a - b),
      0.99,
    ),
  )
  const bands = verdict.faults.map(({ fault, beganAt, endedAt }) => {
    const x = (beganAt / 1_000 / seconds) * width
    const wide = Math.max(1, ((Math.min(endedAt, seconds * 1_000) - beganAt) / 1_000 / seconds) * width)
    return `<rect class="fault" x="${x}" y="0" width="${wide}" height="${height}"><title>${escaped(fault)}</title></rect>`
  })
  const chart = (title: string, values: readonly number[], unit: string) => {
    const top = Math.max(1, ...values)
    const points = values.map((value, second) => `${(second / seconds) * width},${height - (value / top) * height}`)
    return `<h2>${title} <small>up to ${Math.round(top)} ${unit}</small></h2>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${bands.join('')}<polyline points="${points.join(' ')}"/></svg>`
  }
  const rows = faultRows(outcome).map(
    ({ fault, times, sends, p50Ms, p99Ms, maxMs }) =>
      `<tr><td>${escaped(fault)}</td>${[times, sends, p50Ms, p99Ms, maxMs].map((figure) => `<td>${figure}</td>`).join('')}</tr>`,
  )
  const broken = verdict.violations
    .slice(0, 20)
    .map(
      ({ rule, says, evidence }) =>
        `<h3>${rule}: ${escaped(says)}</h3><pre>${escaped(JSON.stringify(evidence, null, 1))}</pre>`,
    )

  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chaos ${seed}: ${verdict.verdict}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: ${width}px; margin: 2rem auto; padding: 0 1rem }
  svg { width: 100%; border-bottom: 1px solid #8888 } polyline { fill: none; stroke: #3b6cf6; stroke-width: 1.5 }
  .fault { fill: #e5484d; opacity: .18 } small { font-weight: normal; opacity: .7 }
  td { padding: .1rem 1.2rem .1rem 0; font-variant-numeric: tabular-nums } td + td, th + th { text-align: right }
  pre { overflow-x: auto }
</style>
<h1>${verdict.verdict}</h1>
<p>${verdict.acknowledged} messages acknowledged under ${outcome.faults} faults in ${seconds.toFixed(0)} s; seed ${seed}.</p>
${chart(
  'Messages acknowledged',
  buckets.map(({ length }) => length),
  'per second',
)}
${chart('Send to durable, p99', p99, 'ms')}
<h2>By fault</h2>
<table><tr><th>fault</th><th>times</th><th>sends</th><th>p50 ms</th><th>p99 ms</th><th>max ms</th></tr>${rows.join('')}</table>
${verdict.doubts.map((doubt) => `<p>unknown: ${escaped(doubt)}</p>`).join('')}
${broken.join('')}
</html>
`
}
