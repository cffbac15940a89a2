/** Ratios of the last run that was recorded, beside those of this one: seconds differ between machines, ratios hardly. */
import type { Section } from './instrument/report.ts'

export type Recorded = { parley: string; measured: string; ratios: Record<string, number> }

export const ratiosOf = (sections: readonly Section[]): Record<string, number> =>
  Object.fromEntries(
    sections
      .flatMap(({ ratios = {} }) => Object.entries(ratios))
      .filter(([, ratio]) => Number.isFinite(ratio))
      .map(([name, ratio]) => [name, Number(ratio.toPrecision(3))]),
  )

/** '' where there is nothing to compare. */
export function drawRatios(ratios: Record<string, number>, recorded: Recorded): string {
  const names = Object.keys(ratios)
  if (names.length === 0) return ''
  const width = Math.max(...names.map((name) => name.length))
  const lines = names.map((name) => {
    const [now, then] = [ratios[name], recorded.ratios[name]]
    return `${name.padEnd(width)}  ${String(now ?? '').padStart(8)}  ${String(then ?? '').padStart(8)}`
  })
  const head = `${`ratios (recorded ${recorded.measured.slice(0, 10)} at ${recorded.parley})`.padEnd(width)}  ${'now'.padStart(8)}  ${'then'.padStart(8)}`
  return [head, ...lines, ''].join('\n')
}
