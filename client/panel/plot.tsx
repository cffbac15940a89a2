/** A line over the last minutes with what it stands at: small enough to be read at a glance. */

type Point = { atMs: number; value: number | null }
type Needs = { title: string; value: string; points: readonly Point[]; overMs: number; alert?: boolean }

const width = 160
const height = 40

export function Plot({ title, value, points, overMs, alert = false }: Needs) {
  const endMs = points.at(-1)?.atMs ?? 0
  const known = points.flatMap((point) => (point.value === null ? [] : [{ atMs: point.atMs, value: point.value }]))
  const most = Math.max(1e-9, ...known.map((point) => point.value))
  const at = (point: { atMs: number; value: number }) =>
    [width * (1 + (point.atMs - endMs) / overMs), height - 1 - (height - 4) * (point.value / most)] as const
  const line = known.map((point) =>
    at(point)
      .map((part) => part.toFixed(1))
      .join(' '),
  )
  return (
    <figure class="plot" data-alert={alert}>
      <figcaption>
        <span>{title}</span>
        <b>{value}</b>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {known.length > 1 && <path class="plot-line" d={`M${line.join('L')}`} />}
      </svg>
    </figure>
  )
}

/** The same without words, for a row of a table. */
export function Spark({ values, most }: { values: readonly number[]; most: number }) {
  const step = 60 / Math.max(1, values.length - 1)
  const line = values.map(
    (value, index) => `${(index * step).toFixed(1)} ${(15 - 14 * Math.min(1, value / most)).toFixed(1)}`,
  )
  return (
    <svg class="spark" viewBox="0 0 60 16" preserveAspectRatio="none" aria-hidden="true">
      {line.length > 1 && <path class="plot-line" d={`M${line.join('L')}`} />}
    </svg>
  )
}
