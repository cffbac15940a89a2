/** What a workload has to say, before anybody decides how it looks: tables, plots, and how it stands to its targets. */
import type { Figure } from './samples.ts'

export type Cell = string | number | Figure | null

export type Table = {
  title: string
  note?: string
  /** The first column holds names. */
  columns: { title: string; digits?: number }[]
  rows: Cell[][]
}

/** `bars` lie one above the other, each made of parts; `curves` share their axes. */
export type Plot =
  | { kind: 'bars'; title: string; unit: string; parts: string[]; bars: { name: string; values: number[] }[] }
  | {
      kind: 'curves'
      title: string
      x: { title: string; log?: boolean }
      y: { title: string; most?: number }
      curves: { name: string; points: (readonly [x: number, y: number])[] }[]
    }

/** `isMet` is null where this run cannot tell. */
export type Target = { says: string; got: string; isMet: boolean | null }

export type Section = {
  tables: Table[]
  plots: Plot[]
  targets: Target[]
  othersShare: number[]
  raw: unknown
  /** Ours against another, by name: what two runs on different machines can be compared by. */
  ratios?: Record<string, number>
}

export type Report = {
  workload: string
  title: string
  /** The conditions, one sentence each. */
  about: string[]
  /** Machine, versions, settings. */
  facts: Record<string, string>
  sections: Section[]
}

export const isFigure = (cell: Cell): cell is Figure => typeof cell === 'object' && cell !== null

/** As it is printed; '' for nothing. */
export function tellCell(cell: Cell, digits = 0): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return cell
  const value = isFigure(cell) ? cell.median : cell
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export const tellTarget = ({ isMet }: Target) => (isMet === null ? 'unknown' : isMet ? 'met' : 'missed')

/** What others did to the run, and how far its rounds lay apart: whoever reads a figure has to know. */
export function tellNoise(sections: readonly Section[]): string {
  const shares = sections.flatMap(({ othersShare }) => othersShare).sort((a, b) => a - b)
  const spreads = sections
    .flatMap(({ tables }) => tables.flatMap(({ rows }) => rows.flat()))
    .filter(isFigure)
    .filter(({ median }) => median > 0)
    .map(({ median, low, high }) => (high - low) / median)
    .sort((a, b) => a - b)
  const percent = (value = 0) => `${Math.round(value * 100)} %`
  const middle = (values: number[]) => values[values.length >> 1]
  return [
    `others had ${percent(middle(shares))} of the machine in the middle slice, ${percent(shares.at(-1))} in the worst`,
    `the rounds of a figure lay ${percent(middle(spreads))} of its median apart in the middle`,
  ].join('; ')
}
