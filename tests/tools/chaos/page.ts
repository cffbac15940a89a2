/** The report as one page that needs nothing else: operations and latency over time, faults as bands. */
import { figuresOf, sendsIn, spreadOf } from './figures.ts'
import { columns, legend, summaryOf } from './report.ts'
import type { Outcome } from './run.ts'

const width = 1_100
const height = 150

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export function drawPage(outcome: Outcome, seed: number): string {
  const { verdict, history, seconds } = outcome
  const buckets = Array.from({ length: Math.ceil(seconds) }, (): number[] => [])
  for (const { from, to } of sendsIn(history)) buckets[Math.floor(to / 1_000)]?.push(to - from)
  const at = (ms: number) => (Math.min(ms / 1_000, seconds) / seconds) * width
  const bands = verdict.faults.map(({ fault, beganAt, endedAt }, index) => {
    const wide = Math.max(1, at(endedAt) - at(beganAt))
    const title = `<title>${escaped(fault)}, ${((endedAt - beganAt) / 1_000).toFixed(1)} s</title>`
    return `<rect class="fault" x="${at(beganAt)}" y="0" width="${wide}" height="${height}">${title}</rect>
<text x="${at(beganAt) + 2}" y="${10 + (index % 3) * 9}">${index + 1}</text>`
  })
  const chart = (title: string, values: readonly number[], unit: string) => {
    const top = Math.max(1, ...values)
    const points = values.map((value, second) => `${at(second * 1_000)},${height - (value / top) * height}`)
    return `<h2>${title} <small>up to ${Math.round(top)} ${unit}</small></h2>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${bands.join('')}<polyline points="${points.join(' ')}"/></svg>`
  }
  const rows = figuresOf(outcome).map(
    (row) => `<tr><td>${escaped(row.fault)}</td>${columns.map(([, of]) => `<td>${of(row)}</td>`).join('')}</tr>`,
  )
  const broken = verdict.violations
    .slice(0, 20)
    .map(
      ({ rule, says, evidence }) =>
        `<h3>${rule}: ${escaped(says)}</h3><pre>${escaped(JSON.stringify(evidence, null, 1))}</pre>`,
    )
  const numbered = verdict.faults.map(({ fault, beganAt }) => `${escaped(fault)} at ${(beganAt / 1_000).toFixed(0)} s`)

  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chaos ${seed}: ${verdict.verdict}</title>
<meta name="viewport" content="width=device-width">
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: ${width}px; margin: 2rem auto; padding: 0 1rem }
  svg { width: 100%; border-bottom: 1px solid #8888 } polyline { fill: none; stroke: #3b6cf6; stroke-width: 1.5 }
  .fault { fill: #e5484d; opacity: .16 } text { font-size: 8px; fill: currentColor; opacity: .7 }
  small { font-weight: normal; opacity: .7 } .wide { overflow-x: auto }
  table { border-collapse: collapse; font-size: 13px; white-space: nowrap } tr:hover { background: #8882 }
  td, th { padding: .15rem .45rem; font-variant-numeric: tabular-nums } td + td, th + th { text-align: right }
  .verdict { display: inline-block; padding: 0 .6rem; border-radius: .4rem; color: #fff; background: #7a5d00 }
  .valid { background: #18794e } .invalid { background: #b3261e } pre { overflow-x: auto }
</style>
<h1>Chaos, seed ${seed}: <span class="verdict ${verdict.verdict}">${verdict.verdict}</span></h1>
<p>${summaryOf(outcome, seed).map(escaped).join('<br>')}</p>
${verdict.doubts.map((doubt) => `<p>unknown: ${escaped(doubt)}</p>`).join('')}
${broken.join('')}
${chart(
  'Messages acknowledged',
  buckets.map(({ length }) => length),
  'per second',
)}
${chart(
  'Send to durable, p99',
  buckets.map((tookMs) => spreadOf(tookMs).p99),
  'ms',
)}
<h2>By fault</h2>
<div class="wide"><table><tr><th>fault</th>${columns.map(([head]) => `<th>${head}</th>`).join('')}</tr>${rows.join('')}</table></div>
<p><small>${legend}</small></p>
<details><summary>All faults, in order</summary><ol>${numbered.map((line) => `<li>${line}</li>`).join('')}</ol></details>
</html>
`
}
