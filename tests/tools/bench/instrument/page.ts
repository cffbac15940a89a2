/** The report as one page that needs nothing else: no script, no font, no address. */
import { drawPlot, escaped } from './plot.ts'
import { type Cell, isFigure, type Report, type Table, tellCell, tellNoise, tellTarget } from './report.ts'

const style = `
  :root { color-scheme: light dark; --ink: #1b1c1f; --paper: #fff; --faint: #8883; --s0: #3b6cf6; --s1: #0f9d84; --s2: #e08a00; --s3: #c2418f; --s4: #7a5af0; --s5: #64748b }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8e9ec; --paper: #16171a; --s0: #7c9dff; --s1: #3ecfb2; --s2: #f5b445; --s3: #ee86c3; --s4: #ab96ff; --s5: #9aa8bb } }
  body { font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 960px; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin: 2rem 0 .4rem }
  small { font-weight: normal; opacity: .7 } svg { width: 100%; height: auto } svg text { font-size: 13px; fill: currentColor }
  .scroll { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: .25rem .8rem .25rem 0; text-align: right; border-bottom: 1px solid var(--faint); white-space: nowrap }
  th { vertical-align: bottom; font-weight: 600 } :is(th, td):first-child { text-align: left }
  .legend span { margin-right: 1.2rem } .legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em }
  .grid { stroke: var(--faint) } polyline { fill: none; stroke-width: 2 } dt { font-weight: 600 } dd { margin: 0 0 .4rem }
  .met { color: var(--s1) } .missed { color: #d33 } .unknown { opacity: .7 }
${[0, 1, 2, 3, 4, 5].map((n) => `  rect.s${n}, circle.s${n} { fill: var(--s${n}) } polyline.s${n} { stroke: var(--s${n}) } .legend .s${n} { background: var(--s${n}) }`).join('\n')}
`

function drawCell(cell: Cell, digits: number | undefined): string {
  const range = isFigure(cell) ? ` title="${tellCell(cell.low, digits)} to ${tellCell(cell.high, digits)}"` : ''
  return `<td${range}>${escaped(tellCell(cell, digits))}</td>`
}

function drawTable({ title, note, columns, rows }: Table): string {
  const heads = columns.map((column) => `<th>${escaped(column.title)}</th>`).join('')
  const lines = rows.map((row) => `<tr>${row.map((cell, at) => drawCell(cell, columns[at]?.digits)).join('')}</tr>`)
  const remark = note === undefined ? '' : `<p>${escaped(note)}</p>`
  return `<h2>${escaped(title)}</h2>${remark}<div class="scroll"><table><tr>${heads}</tr>${lines.join('')}</table></div>`
}

/** Figures are medians; the pointer over one shows its range. */
export function drawPage({ title, about, facts, sections }: Report): string {
  const targets = sections.flatMap((section) => section.targets)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style>
<h1>${escaped(title)}</h1>
${about.map((sentence) => `<p>${escaped(sentence)}</p>`).join('\n')}
<ul>${targets.map((target) => `<li><b class="${tellTarget(target)}">${tellTarget(target)}</b> ${escaped(target.says)}: ${escaped(target.got)}</li>`).join('')}</ul>
${sections.map(({ tables, plots }) => [...tables.map(drawTable), ...plots.map(drawPlot)].join('\n')).join('\n')}
<h2>Conditions</h2><p>Noise: ${escaped(tellNoise(sections))}.</p>
<dl>${Object.entries(facts)
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl>
</html>
`
}
