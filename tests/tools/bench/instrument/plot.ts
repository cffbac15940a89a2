/** Plots as SVG that needs nothing else: bars made of parts, and curves over shared axes. */
import type { Plot } from './report.ts'

type Bars = Extract<Plot, { kind: 'bars' }>
type Curves = Extract<Plot, { kind: 'curves' }>

const width = 920
const [nameWidth, endWidth, barHeight, gap] = [290, 70, 20, 8]

export const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const drawPlot = (plot: Plot) => (plot.kind === 'bars' ? drawBars(plot) : drawCurves(plot))

const tell = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })

const legend = (names: readonly string[]) =>
  `<p class="legend">${names.map((name, at) => `<span><i class="s${at}"></i>${escaped(name)}</span>`).join('')}</p>`

const frame = (title: string, height: number, marks: string[]) =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${marks.join('')}</svg>`

function drawBars({ title, unit, parts, bars }: Bars): string {
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const scale = (width - nameWidth - endWidth) / Math.max(1e-9, ...totals)
  const marks = bars.flatMap(({ name, values }, row) => {
    const y = row * (barHeight + gap)
    let x = nameWidth
    const pieces = values.map((value, at) => {
      const wide = value * scale
      const mark = `<rect class="s${at}" x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${barHeight}"><title>${escaped(`${name}, ${parts[at]}: ${tell(value)} ${unit}`)}</title></rect>`
      x += wide
      return mark
    })
    const middle = y + barHeight / 2 + 5
    return [
      `<text x="${nameWidth - 10}" y="${middle}" text-anchor="end">${escaped(name)}</text>`,
      ...pieces,
      `<text x="${(x + 8).toFixed(1)}" y="${middle}">${tell(totals[row] ?? 0)}</text>`,
    ]
  })
  const heading = `<h3>${escaped(title)} <small>${escaped(unit)}</small></h3>`
  return `${heading}${parts.length > 1 ? legend(parts) : ''}${frame(title, bars.length * (barHeight + gap), marks)}`
}

const [left, right, top, bottom] = [60, 20, 10, 40]
const height = 300

/** About five round numbers up to `most`. */
export function ticksUpTo(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, at) => at * step)
}

function drawCurves({ title, x, y, curves }: Curves): string {
  const points = curves.flatMap((curve) => curve.points)
  const xs = [...new Set(points.map(([at]) => at))].sort((a, b) => a - b)
  const most = y.most ?? Math.max(1e-9, ...points.map(([, value]) => value))
  const place = (at: number) => (x.log === true ? Math.log2(at) : at)
  const [from, to] = [place(xs[0] ?? 1), place(xs.at(-1) ?? 2)]
  const px = (at: number) => left + ((place(at) - from) / Math.max(1e-9, to - from)) * (width - left - right)
  const py = (value: number) => height - bottom - (value / most) * (height - top - bottom)
  const grid = ticksUpTo(most).map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${py(value).toFixed(1)}" y2="${py(value).toFixed(1)}"/><text x="${left - 8}" y="${(py(value) + 4).toFixed(1)}" text-anchor="end">${tell(value)}</text>`,
  )
  const foot = xs.map(
    (at) => `<text x="${px(at).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${tell(at)}</text>`,
  )
  const lines = curves.map(({ name, points: own }, at) => {
    const path = own.map(([one, value]) => `${px(one).toFixed(1)},${py(value).toFixed(1)}`).join(' ')
    const dots = own.map(
      ([one, value]) =>
        `<circle class="s${at}" cx="${px(one).toFixed(1)}" cy="${py(value).toFixed(1)}" r="4"><title>${escaped(`${name}: ${tell(value)} at ${tell(one)}`)}</title></circle>`,
    )
    return `<polyline class="s${at}" points="${path}"/>${dots.join('')}`
  })
  const caption = `<text x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">${escaped(x.title)}</text>`
  const heading = `<h3>${escaped(title)} <small>${escaped(y.title)}</small></h3>`
  return `${heading}${legend(curves.map(({ name }) => name))}${frame(title, height, [...grid, ...foot, caption, ...lines])}`
}
